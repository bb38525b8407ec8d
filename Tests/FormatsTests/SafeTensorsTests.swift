import EspalierFormats
import Testing

@Suite struct SafeTensorsTests {
  private func file(_ header: String, data: Int = 0) -> [UInt8] {
    let bytes = Array(header.utf8)
    return (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) } + bytes
      + [UInt8](repeating: 0, count: data)
  }

  @Test func readsWhatOthersWrite() throws {
    let file = try SafeTensors.read(fixture("mixed.safetensors"))
    #expect(file.metadata == ["format": "pt", "note": "a \"quoted\" text, ü"])
    #expect(
      Set(file.names) == ["weight", "bias", "steps", "exact", "half", "mask", "one", "none"])
    let weight = try file.tensor("weight")
    #expect(weight.shape == [2, 3] && weight.values == [0, 0.25, 0.5, 0.75, 1, 1.25])
    #expect(try file.tensor("bias").values == [1, 2, 3])
    #expect(try file.tensor("half").values == [0.5, -2])
    #expect(try file.tensor("mask").values == [1, 0])
    #expect(try file.tensor("one").shape == [] && file.tensor("one").values == [4])
    #expect(try file.tensor("none").shape == [0, 3] && file.tensor("none").values == [])
    #expect(try file.tensor("steps").values == [7, Float(1 << 40)])
    #expect(try file.integers("steps").values == [7, 1 << 40])
    #expect(try file.doubles("exact").values == [0.1, -1e300])
    #expect(file["weight"]?.typeName == "F32")
    #expect(complaint { _ = try file.tensor("nothing") }?.contains("`nothing`") == true)
    #expect(complaint { _ = try file.doubles("bias") }?.contains("F64 is needed") == true)
  }

  @Test func writesTheSameBytesAsTheReference() throws {
    try withFolder { folder in
      let path = folder + "/w.safetensors"
      try SafeTensors.write(
        [("b", [2, 3], [0, 0.25, 0.5, 0.75, 1, 1.25]), ("a", [2], [1, 2])], metadata: ["k": "v"],
        to: path)
      #expect(try contents(path) == contents(fixture("floats.safetensors")))
    }
  }

  @Test func roundTrip() throws {
    try withFolder { folder in
      let path = folder + "/w.safetensors"
      let items: [SafeTensors.Item] = [
        .init("x/\"ü\n", [2, 0, 3], .floats([])), .init("scalar", [], .floats([.nan])),
        .init("d", [3], .doubles([1e-300, -0.0, .infinity])),
        .init("i", [1, 2], .integers([.min, .max])),
      ]
      try SafeTensors.write(items, metadata: ["t": "\u{1}\\"], to: path)
      let file = try SafeTensors.read(path)
      #expect(file.metadata == ["t": "\u{1}\\"])
      #expect(try file.tensor("x/\"ü\n").shape == [2, 0, 3])
      #expect(try file.tensor("scalar").values[0].isNaN)
      #expect(try file.doubles("d").values == [1e-300, -0.0, .infinity])
      #expect(try file.integers("i").values == [.min, .max])
      // A failed write leaves the old file and nothing beside it.
      #expect(complaint { try SafeTensors.write([("x", [3], [1])], to: path) } != nil)
      #expect(
        complaint { try SafeTensors.write([("x", [1], [1]), ("x", [1], [1])], to: path) } != nil)
      #expect(try SafeTensors.read(path).names.count == 4)
      try SafeTensors.write([] as [SafeTensors.Item], to: path)
      #expect(try SafeTensors.read(path).names.isEmpty)
    }
  }

  @Test(arguments: [
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "takes 8"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, "the file has 8"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "holes"),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      8, "overlaps"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, 4,
      "too large"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2305843009213693951],"data_offsets":[0,4]}}"#, 4, "more than"
    ),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "whole numbers"),
    (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, 4, "whole numbers"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "data_offsets"),
    (#"{"a":{"dtype":"X32","shape":[1],"data_offsets":[0,4]}}"#, 4, "dtype"),
    (#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "dtype"),
    (
      #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#,
      4, "stands twice"
    ),
    (#"{"__metadata__":{"k":1}}"#, 0, "must be text"),
    ("[]", 0, "no JSON object"), ("{", 0, "no valid JSON"),
    (String(repeating: "[", count: 100_000), 0, "nested"),
  ])
  func refuses(_ header: String, data: Int, message: String) throws {
    try withFile(file(header, data: data)) { path in
      let found = complaint { _ = try SafeTensors.read(path) }
      #expect(found?.contains(message) == true, "\(found ?? "no error")")
    }
  }

  @Test func refusesWrongLengths() throws {
    for bytes in [
      [], [1, 2, 3], [UInt8](repeating: 255, count: 8),
      [0, 0, 0, 0, 0, 0, 0, 128] + Array("{}".utf8), [3, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8),
    ] as [[UInt8]] {
      try withFile(bytes) { path in
        #expect(complaint { _ = try SafeTensors.read(path) }?.contains("safetensors") == true)
      }
    }
    #expect(complaint { _ = try SafeTensors.read("/nowhere/at/all") }?.contains("opened") == true)
    #expect(complaint { _ = try SafeTensors.read("/") }?.contains("folder") == true)
  }

  @Test func damagedFilesDoNotCrash() throws {
    try damage(fixture("mixed.safetensors")) { path in
      let file = try SafeTensors.read(path)
      for name in file.names { _ = try file.tensor(name) }
    }
  }

  @Test func halfPrecision() {
    #expect(ElementType.half(0x3C00) == 1)
    #expect(ElementType.half(0x8001) == -0x1p-24)
    #expect(ElementType.half(0x7BFF) == 65504)
    #expect(ElementType.half(0xFC00) == -.infinity)
    #expect(ElementType.half(0x7E00).isNaN)
    #expect(ElementType.half(0x8000).sign == .minus)
  }
}
