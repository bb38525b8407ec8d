import Espalier
import Foundation
import Testing

@Suite(.serialized) struct ShiftTests {
  /// A number that moves, one that does not, and a category that changes.
  private static func table(_ count: Int, moved: Bool, target: Bool = true) -> String {
    var rows = [target ? "size,age,ward,label" : "size,age,ward"]
    for index in 0..<count {
      let size = Double(index * 7 % 40) / 10 + (moved ? 3 : 0)
      let age = "\(index * 11 % 37)"
      let ward = index % (moved ? 2 : 6) == 0 ? "north" : "south"
      let label = index % 2 == 0 ? "ill" : "well"
      rows.append("\(size),\(age),\(ward)" + (target ? ",\(label)" : ""))
    }
    return rows.joined(separator: "\n") + "\n"
  }

  private static let config = """
    data:
      source: {csv: {path: train.csv, target: label, categories: [ward]}}
      test_source: {csv: {path: test.csv, target: label}}
      split: {validation: 0}
      clean: [one_hot]
    model: [{dense: {units: 2}}]
    loss: cross_entropy
    optimizer: adam

    """

  private func inFolder(_ body: (String) throws -> Void) throws {
    try inTemporaryFolder { folder in
      try write(Self.table(240, moved: false), to: folder + "/train.csv")
      try write(Self.table(180, moved: true), to: folder + "/test.csv")
      try write(Self.table(111, moved: false, target: false), to: folder + "/new.csv")
      try write(Self.config, to: folder + "/run.yaml")
      try body(folder)
    }
  }

  @Test func aShift() throws {
    try inFolder { folder in
      let found = espalier("shift", folder + "/run.yaml")
      #expect(found.status == 0 && found.error.isEmpty, "\(found.error)")
      for line in [
        "training    240 samples", "others      180 samples of the test split",
        "one by one  2 of 3 tests of features see a shift",
        "targets     no difference is seen (p 1)",
        "The inputs of the test split differ from those of training: size, ward.",
        "`data: {balance: [covariate_shift]}`",
      ] {
        #expect(found.output.contains(line), "\(line)\n\(found.output)")
      }
      #expect(found.output.contains("north 16.7 % → 50 %"), "\(found.output)")
      #expect(!found.output.contains("label_shift"))
    }
  }

  @Test func asJSON() throws {
    try inFolder { folder in
      let found = espalier("shift", folder + "/run.yaml", "--json")
      let page = try #require(try json(found.output) as? [String: Any])
      #expect(page["inputs_differ"] as? Bool == true)
      #expect(page["targets_differ"] as? Bool == false)
      let features = try #require(page["features"] as? [[String: Any]])
      #expect(Set(features.compactMap { $0["name"] as? String }) == ["size", "ward", "age"])
      #expect(features.last?["shift"] as? Bool == false)
      let domain = try #require(page["domain"] as? [String: Any])
      #expect(try #require(domain["auc"] as? Double) > 0.85)
      #expect((page["verdict"] as? [String])?.isEmpty == false)
    }
  }

  @Test func againstAFile() throws {
    try inFolder { folder in
      let found = espalier("shift", folder + "/run.yaml", "--against", folder + "/new.csv")
      #expect(found.status == 0, "\(found.error)")
      #expect(
        found.output.contains("others      111 samples of \(folder)/new.csv\n"), "\(found.output)")
      #expect(found.output.contains("No shift of the inputs is seen at the level 0.01."))
      #expect(found.output.contains("targets     not known of both"), "\(found.output)")
      let nowhere = espalier("shift", folder + "/run.yaml", "--against", folder + "/no.csv")
      #expect(nowhere.status == 1 && nowhere.error.contains("no.csv"), "\(nowhere.error)")
      let none = espalier("shift", folder + "/run.yaml", "--set", "data.test_source=")
      #expect(none.status == 1 && none.error.contains("--against FILE"), "\(none.error)")
    }
  }

  /// What corrects for a shift is told of in place of advice.
  @Test func corrected() throws {
    try inFolder { folder in
      let found = espalier(
        "shift", folder + "/run.yaml", "--set", "data.balance=[covariate_shift]", "--samples",
        "100")
      #expect(found.output.contains("corrects for a shift by covariate_shift"), "\(found.output)")
      #expect(found.output.contains("training    100 of 240 samples\n"))
    }
  }
}
