import EspalierFormats
import Foundation
import Testing

@Suite struct NPYTests {
  @Test func readsWhatNumPyWrites() throws {
    let quarter: [Float] = [0, 0.25, 0.5, 0.75, 1, 1.25]
    for name in ["f4", "f8_big_endian", "version2"] {
      let array = try NPY.read(fixture(name + ".npy"))
      #expect(array.shape == [2, 3] && array.values() == quarter, "\(name)")
    }
    #expect(try NPY.read(fixture("f4_scalar.npy")).values() == [2.5])
    #expect(try NPY.read(fixture("f4_scalar.npy")).shape == [])
    #expect(try NPY.read(fixture("f4_empty.npy")).values() == [])
    #expect(
      try NPY.read(fixture("f2.npy")).values() == [0, 1, -2.5, 65504, 5.9604645e-08, .infinity])
    #expect(try NPY.read(fixture("b1.npy")).values() == [1, 0, 1])
    for name in ["i1", "i2", "i4", "i8"] {
      #expect(try NPY.read(fixture(name + ".npy")).values() == [-3, 0, 7, 100], "\(name)")
    }
    for name in ["u1", "u2", "u4", "u8"] {
      #expect(try NPY.read(fixture(name + ".npy")).values() == [0, 1, 200], "\(name)")
    }
    let fortran = try NPY.read(fixture("f4_fortran.npy"))
    #expect(fortran.shape == [2, 3, 4] && fortran.values() == (0..<24).map { Float($0) })
    var row = [Float](repeating: 0, count: 12)
    fortran.read(row: 1, to: &row)
    #expect(row == (12..<24).map { Float($0) })
  }

  @Test func writesTheSameBytesAsNumPy() throws {
    try withFolder { folder in
      let path = folder + "/x.npy"
      try NPY.write([0, 0.25, 0.5, 0.75, 1, 1.25], shape: [2, 3], to: path)
      #expect(try contents(path) == contents(fixture("f4.npy")))
      try NPY.write([1.5, -2, 3], shape: [3], to: path)
      #expect(try contents(path) == contents(fixture("f4_vector.npy")))
      try NPY.write([2.5], shape: [], to: path)
      #expect(try contents(path) == contents(fixture("f4_scalar.npy")))
      try NPY.write([], shape: [0, 4], to: path)
      #expect(try contents(path) == contents(fixture("f4_empty.npy")))
      #expect(complaint { try NPY.write([1], shape: [2], to: path) } != nil)
    }
  }

  @Test func refuses() throws {
    func message(_ name: String) -> String {
      complaint { _ = try NPY.read(fixture(name)) } ?? "no error"
    }
    #expect(message("object.npy").contains("Python objects"))
    #expect(message("complex.npy").contains("'<c16'"))
    #expect(message("structured.npy").contains("structured"))
    #expect(message("make.py").contains("\\x93NUMPY"))
  }

  private func file(_ header: String, data: Int = 0, length: Int? = nil) -> [UInt8] {
    let count = length ?? header.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 255), UInt8(count >> 8)]
      + Array(header.utf8) + [UInt8](repeating: 0, count: data)
  }

  @Test(arguments: [
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 2), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }",
    "{'descr': '<f4', 'fortran_order': False, }",
    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (), }",
    "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1", "{'descr': '<f4", "{", "",
    "{'descr': '<f9', 'fortran_order': False, 'shape': (), }",
  ])
  func refusesHeader(_ header: String) throws {
    try withFile(file(header)) { path in
      #expect(complaint { _ = try NPY.read(path) } != nil)
    }
  }

  @Test func refusesALengthBeyondTheFile() throws {
    try withFile(file("{}", length: 60_000)) { path in
      #expect(complaint { _ = try NPY.read(path) }?.contains("announced") == true)
    }
  }

  @Test func damagedFilesDoNotCrash() throws {
    for name in ["f4.npy", "f4_fortran.npy", "version2.npy"] {
      try damage(fixture(name)) { path in _ = try NPY.read(path).values() }
    }
  }

  /// Rows that are copied from the file are those of the map, in any order.
  @Test func streamedArrays() throws {
    for name in [
      "f4", "f8_big_endian", "f2", "i8", "u2", "b1", "f4_vector", "f4_empty", "f4_fortran",
    ] {
      let array = try NPY.read(fixture(name + ".npy"))
      #expect(try array.streamed().allValues().elementsEqual(array.values()), "\(name)")
    }
    try withFolder { folder in
      let path = folder + "/x.npy"
      let (count, width) = (3000, 700)
      try NPY.write((0..<count * width).map { Float($0) }, shape: [count, width], to: path)
      let array = try NPY.read(path).streamed()
      #expect(try array.allValues() == (0..<count * width).map { Float($0) })
      let rows = [7, 8, 9, 12, 17, 16, 16, 2999] + Array(100..<2000) + [0]
      var values = [Float](repeating: -1, count: rows.count * width)
      try rows.withUnsafeBufferPointer { try array.read(rows: $0, to: &values) }
      for (place, row) in rows.enumerated() {
        let found = values[place * width..<(place + 1) * width]
        #expect(found.first == Float(row * width) && found.last == Float((row + 1) * width - 1))
      }
      // A file that becomes shorter is an error, no crash.
      truncate(path, off_t(1 << 20))
      let message = complaint {
        try rows.withUnsafeBufferPointer { try array.read(rows: $0, to: &values) }
      }
      #expect(message?.contains("has become shorter") == true)
    }
  }
}
