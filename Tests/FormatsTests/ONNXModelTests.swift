import EspalierFormats
import Foundation
import Testing

@Suite struct ONNXModelTests {
  private var model: ONNXModel {
    var graph = ONNXGraph("small")
    graph.inputs = [ONNXPort("x", .float, [.named("N"), .fixed(3)])]
    graph.outputs = [ONNXPort("y", .int64, [.named("N")])]
    graph.initializers = [
      ONNXTensor("w", [3, 2], .floats([1, -2, 0.5, .infinity, 1e-30, 7])),
      ONNXTensor("shape", [2], .integers([-1, 1 << 40])), ONNXTensor("one", [], .floats([1])),
    ]
    graph.nodes = [
      ONNXNode("MatMul", name: "product", inputs: ["x", "w"], outputs: ["p"]),
      ONNXNode(
        "ArgMax", name: "label", inputs: ["p"], outputs: ["y"],
        attributes: [
          "axis": .integer(-1), "keepdims": .integer(0), "list": .integers([3, -4]),
          "empty": .integers([]), "scale": .float(0.25), "mode": .text("constant"),
        ]),
    ]
    return ONNXModel(
      producer: "test", producerVersion: "1.2", metadata: [.init("classes", "[\"ä\"]")],
      graph: graph)
  }

  @Test func comesBackAsItWas() throws {
    try withFile { path in
      let bytes = try model.write(to: path)
      #expect(bytes == (try Data(contentsOf: URL(fileURLWithPath: path)).count))
      let read = try ONNXModel.read(path)
      #expect(read == model)
      #expect(read[metadata: "classes"] == "[\"ä\"]")
    }
  }

  /// What is shared in memory would be written once for each name.
  @Test func moreThanAFileCanHoldIsRefused() throws {
    try withFile { path in
      let values = [Float](repeating: 0, count: 1 << 20)
      var large = model
      large.graph.initializers = (0..<512).map { ONNXTensor("w\($0)", [1 << 20], .floats(values)) }
      do {
        try large.write(to: path)
        Issue.record("accepted")
      } catch { #expect("\(error)".contains("2147483648 bytes of weights"), "\(error)") }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func noPartOfAFileIsTakenForTheWhole() throws {
    try withFile { path in
      try model.write(to: path)
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      var failures = 0
      for count in 0..<bytes.count {
        try Data(bytes[..<count]).write(to: URL(fileURLWithPath: path))
        // What ends between two fields of the model is a model with less of it.
        do {
          let read = try ONNXModel.read(path)
          #expect(read != model)
        } catch is FormatError {
          failures += 1
        }
      }
      #expect(failures > bytes.count / 2)
    }
  }

  @Test func wrongBytesNeverEndTheProcess() throws {
    try withFile { path in
      try model.write(to: path)
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      for place in bytes.indices {
        for change: UInt8 in [0x01, 0x80, 0xFF] {
          var damaged = bytes
          damaged[place] ^= change
          try Data(damaged).write(to: URL(fileURLWithPath: path))
          do { _ = try ONNXModel.read(path) } catch { #expect(error is FormatError) }
        }
      }
    }
  }

  private func withFile(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.path + "/espalier-\(UUID().uuidString).onnx"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }
}
