import EspalierHost
import EspalierProtocols
import Foundation
import Testing

@Suite struct SavedTransformsTests {
  private let catalog = try! Catalog([
    PluginBundle("test") {
      Shifted.self
      Total.self
    }
  ])

  private func prepared() throws -> PreparedData {
    try Preparation.prepare(
      try numbered(5, shape: [2], target: .values(["größe"])), split: Split(trainingOnly: 5),
      transforms: [Shifted(factor: 0.1), Total()], target: Shifted(factor: 3))
  }

  @Test func comeBackTheSame() throws {
    try withFolder { folder in
      let data = try prepared()
      let path = folder + "/transforms"
      try data.transforms.save(to: path)
      try data.transforms.save(to: path)
      let restored = try FittedTransforms.restore(from: path, catalog: catalog)
      #expect(restored.steps.count == 2)
      #expect((restored.steps[0].plugin as? Shifted)?.factor == 0.1)
      #expect(restored.input.target == .values(["größe"]))
      #expect(restored.output.sampleShape == [1])
      let again = try restored.apply(
        to: try numbered(5, shape: [2], target: .values(["größe"])))
      #expect(try again.everything() == data.training.everything())
    }
  }

  @Test func withoutAnyStep() throws {
    try withFolder { folder in
      let data = try Preparation.prepare(try numbered(3), split: Split(trainingOnly: 3))
      try data.transforms.save(to: folder)
      let restored = try FittedTransforms.restore(from: folder, catalog: catalog)
      #expect(restored.steps.isEmpty && restored.target == nil)
      #expect(restored.input.target == .classes(["a", "b", "c"]))
    }
  }

  @Test func refusesWhatWasNotSavedSo() throws {
    try withFolder { folder in
      func message(_ catalog: Catalog) -> String {
        complaint { _ = try FittedTransforms.restore(from: folder, catalog: catalog) }
      }
      #expect(message(catalog).contains("transforms.json"))
      try prepared().transforms.save(to: folder)
      #expect(message(Catalog()).contains("needs the normalizer `shifted`"))
      let path = folder + "/transforms.json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      for (old, new) in [
        ("\"version\":1", "\"version\":9"), ("[2]", "[0]"), ("[2]", "[99999999999,99999999999]"),
        ("\"factor\":", "\"other\":"), ("\"steps\":[", "\"steps\":[null,"), ("{", ""),
        ("\"settings\"", "\"sets\""), ("0.1", "\"x\""),
      ] {
        let changed = text.replacingOccurrences(of: old, with: new)
        #expect(changed != text)
        try changed.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(message(catalog) != "", "\(old) → \(new)")
      }
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(message(catalog) == "")
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: folder + "/0-shifted.safetensors"))
      #expect(message(catalog).contains("0-shifted.safetensors"))
    }
  }
}
