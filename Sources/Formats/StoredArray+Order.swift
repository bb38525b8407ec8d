extension StoredArray {
  /// Bytes of rows that are put into their order at once.
  private static let blockBytes = 1 << 26

  /// Writes the values of an array in column-major order as they are, but row by row, in little memory.
  package func writeRows(to target: AtomicFile) throws(FormatError) {
    let size = type.size
    let rowBytes = rowCount * size
    guard rows > 0, rowBytes > 0 else { return }
    let perBlock = Swift.max(1, Swift.min(rows, Self.blockBytes / rowBytes))
    let block = UnsafeMutableRawBufferPointer.allocate(
      byteCount: perBlock * rowBytes, alignment: 16)
    let column = UnsafeMutableRawPointer.allocate(byteCount: perBlock * size, alignment: 16)
    defer {
      block.deallocate()
      column.deallocate()
    }
    let places = placesInRow
    for first in stride(from: 0, to: rows, by: perBlock) {
      let number = Swift.min(perBlock, rows - first)
      for (index, place) in places.enumerated() {
        let from = start + (index * rows + first) * size
        try file.copy(from..<from + number * size, to: column)
        let output = block.baseAddress! + place * size
        switch size {
        case 1: Self.spread(column, number, UInt8.self, to: output, every: rowBytes)
        case 2: Self.spread(column, number, UInt16.self, to: output, every: rowBytes)
        case 4: Self.spread(column, number, UInt32.self, to: output, every: rowBytes)
        default: Self.spread(column, number, UInt64.self, to: output, every: rowBytes)
        }
      }
      try target.write(UnsafeRawBufferPointer(rebasing: block[..<(number * rowBytes)]))
    }
  }

  /// The same array, of a file that ``writeRows(to:)`` has written.
  package func rowMajor(in rows: MappedFile) throws(FormatError) -> StoredArray {
    try StoredArray(
      rows, name: rows.path, range: 0..<rows.bytes.count, type: type, shape: shape,
      bigEndian: bigEndian)
  }

  /// For each value of a row, in the order of the file, where it stands in row-major order.
  private var placesInRow: [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in stride(from: shape.count - 2, through: 1, by: -1) {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    var index = [Int](repeating: 0, count: shape.count)
    return (0..<rowCount).map { _ in
      var place = 0
      for axis in 1..<shape.count { place += index[axis] * strides[axis] }
      var axis = 1
      while axis < shape.count {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
        axis += 1
      }
      return place
    }
  }

  private static func spread<Value: BitwiseCopyable>(
    _ values: UnsafeMutableRawPointer, _ count: Int, _ type: Value.Type,
    to output: UnsafeMutableRawPointer, every distance: Int
  ) {
    let size = MemoryLayout<Value>.size
    for place in 0..<count {
      let value = values.load(fromByteOffset: place * size, as: Value.self)
      output.storeBytes(of: value, toByteOffset: place * distance, as: Value.self)
    }
  }
}
