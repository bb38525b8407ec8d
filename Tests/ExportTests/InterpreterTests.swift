import EspalierExport
import EspalierFormats
import Foundation
import Testing

/// The interpreter against onnxruntime, operator by operator.
@Suite struct InterpreterTests {
  private struct Document: Decodable {
    struct Array: Decodable {
      let shape: [Int]
      let values: [Double?]
    }
    let inputs: [String: Array]
    let outputs: [String: Array]
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../Fixtures/onnx").path

  @Test func everyOperatorIsThatOfOnnxruntime() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/operators.json"))
    let document = try JSONDecoder().decode(Document.self, from: data)
    let graph = try ONNXModel.read(Self.folder + "/operators.onnx").graph
    let results = try ONNXInterpreter(graph).run(
      document.inputs.mapValues { ONNXValue($0.shape, $0.values.map { $0 ?? .nan }) })
    #expect(results.count == document.outputs.count && results.count > 60)
    for (name, expected) in document.outputs {
      let found = try #require(results[name])
      #expect(found.shape == expected.shape, "\(name)")
      for (a, b) in zip(found.elements, expected.values) {
        guard let b else {
          #expect(a.isNaN, "\(name)")
          continue
        }
        #expect(abs(a - b) <= 2e-6 * max(1, abs(b)), "\(name): \(a), \(b)")
      }
    }
  }

  private func message(_ node: ONNXNode, _ values: [String: ONNXValue]) -> String {
    var graph = ONNXGraph("test")
    graph.nodes = [node]
    graph.outputs = [ONNXPort("y", .float, [])]
    graph.inputs = values.keys.sorted().map { ONNXPort($0, .float, []) }
    do { _ = try ONNXInterpreter(graph).run(values) } catch { return "\(error)" }
    return "accepted"
  }

  @Test func whatDoesNotFitIsTold() {
    let x = ["x": ONNXValue([2, 3], [1, 2, 3, 4, 5, 6])]
    func node(_ kind: String, _ inputs: [String], _ a: [String: ONNXAttribute] = [:]) -> ONNXNode {
      ONNXNode(kind, name: "n", inputs: inputs, outputs: ["y"], attributes: a)
    }
    #expect(message(node("Softmax", ["x"]), x) == "n: the operator Softmax is not known")
    #expect(message(node("Add", ["x"]), x) == "n: Add lacks its operand 1")
    #expect(message(node("Add", ["x", "z"]), x) == "n: nothing computes `z`")
    #expect(message(node("MatMul", ["x", "x"]), x) == "n: no product of [2×3] and [2×3]")
    #expect(message(node("Reshape", ["x", "x"]), x).contains("cannot become"))
    #expect(message(node("Transpose", ["x"], ["perm": .integers([0, 0])]), x).contains("no order"))
    #expect(message(node("Gather", ["x", "x"]), x).contains("index 2 is not among the 2 rows"))
    #expect(
      message(node("MaxPool", ["x"], ["kernel_shape": .integers([2, 2])]), x).contains("no image"))
    #expect(message(node("ArgMax", ["x"], ["axis": .integer(2)]), x).contains("the axis 2"))
  }
}
