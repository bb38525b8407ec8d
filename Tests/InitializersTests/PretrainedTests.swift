import EspalierFormats
import EspalierInitializers
import EspalierProtocols
import EspalierReferences
import Foundation
import Testing

@Suite struct PretrainedTests {
  private func load(
    _ initializer: Pretrained, _ name: String, _ shape: Shape, folder: String = "."
  ) throws -> [Float] {
    var random = CounterRandom(seed: 1, stream: name)
    return try initializer.values(
      for: ParameterDescription(name: name, shape: shape, fanIn: 1, fanOut: 1, folder: folder),
      random: &random)
  }

  private func message(_ body: () throws -> [Float]) -> String {
    do { return "\(try body())" } catch { return "\(error)" }
  }

  /// A file with a few arrays, gone after `body`.
  private func withFile(_ body: (_ folder: String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/pretrained-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try SafeTensors.write(
      [
        ("dense_1.weight", [2, 3], [1, 2, 3, 4, 5, 6]), ("dense_1.bias", [2], [7, 8]),
        ("encoder.fc.weight", [3, 1], [9, 10, 11]),
      ], to: folder + "/weights.safetensors")
    try body(folder)
  }

  @Test func findsByName() throws {
    try withFile { (folder) throws in
      let weights = Pretrained("weights.safetensors")
      #expect(
        try load(weights, "dense_1.weight", [2, 3], folder: folder) == [1, 2, 3, 4, 5, 6])
      let absolute = Pretrained(FilePath(folder + "/weights.safetensors"))
      #expect(try load(absolute, "dense_1.bias", [2]) == [7, 8])
    }
  }

  @Test func translatesNames() throws {
    try withFile { (folder) throws in
      let expected: [Float] = [9, 10, 11]
      let translations: [(Pretrained, String)] = [
        (Pretrained("weights.safetensors", prefix: "encoder."), "fc.weight"),
        (Pretrained("weights.safetensors", mapping: ["head": "encoder.fc"]), "head.weight"),
        (Pretrained("weights.safetensors", mapping: ["a.w": "encoder.fc.weight"]), "a.w"),
        (
          Pretrained("weights.safetensors", mapping: ["block": "x", "block.head": "encoder.fc"]),
          "block.head.weight"
        ),
      ]
      for (initializer, name) in translations {
        #expect(try load(initializer, name, [3, 1], folder: folder) == expected)
      }
    }
  }

  @Test func aMissingNameComesWithTheNearest() throws {
    try withFile { (folder) throws in
      let text = message {
        try load(Pretrained("weights.safetensors"), "dense_2.weight", [2, 3], folder: folder)
      }
      #expect(text.contains("has no `dense_2.weight`"))
      #expect(text.contains("the nearest of its 3 names: `dense_1.weight` [2×3]"))
    }
  }

  @Test func anotherShapeIsNamed() throws {
    try withFile { (folder) throws in
      let text = message {
        try load(Pretrained("weights.safetensors"), "dense_1.weight", [3, 2], folder: folder)
      }
      #expect(text.contains("is [2×3], but the parameter `dense_1.weight` is [3×2]"))
    }
  }

  @Test func aMissingFileIsNamed() {
    let text = message { try load(Pretrained("nowhere.safetensors"), "w", [1], folder: "/tmp") }
    #expect(text.contains("/tmp/nowhere.safetensors"))
  }

  @Test func readsWeightsOfAnotherFramework() throws {
    let path = Oracle.path("end_to_end/a_mlp_sgd_step/init.safetensors")
    let file = try SafeTensors.read(path)
    let name = try #require(file.names.first)
    let shape = Shape(try #require(file[name]).shape)
    #expect(try load(Pretrained(FilePath(path)), name, shape).count == shape.count)
  }
}
