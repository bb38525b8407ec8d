import Espalier
import Foundation
import Testing

@testable import EspalierReports

extension Pages {
  @Suite struct ComparisonPageTests {
    static let config = """
      data:
        source: {synthetic: {kind: moons, samples: 120}}
        split: {validation: 0.25}
      model: [{dense: {units: 4, activation: tanh}}, {dense: {units: 2}}]
      loss: cross_entropy
      optimizer: {sgd: {learning_rate: 0.1}}
      metrics: [accuracy]
      training: {epochs: 4, batch_size: 16, report: false}

      """

    private func runs(_ folder: String, _ names: [String]) throws -> [ReportedRun] {
      try names.map { try ReportedRun(folder: folder + "/" + $0) }
    }

    @Test func severalRuns() throws {
      try inTemporaryFolder { folder in
        let slow = try train(Self.config, in: folder, name: "slow")
        let fast = try train(
          Self.config, in: folder, name: "fast",
          sets: [
            "optimizer.sgd.learning_rate=1", "training.epochs=6",
            "regularizers=[{l2: {strength: 0.01}}]",
          ])
        let check = checked(RunReport.page(comparing: try runs(folder, ["slow", "fast"])))
        #expect(check.has("h1", "Comparison of 2 runs"))
        // Each line has its run's name at its end.
        #expect(check.texts["text"]!.filter { $0 == "slow" }.count >= 2)
        #expect(check.texts["figcaption"]!.contains("validation loss"))
        #expect(check.texts["figcaption"]!.contains("validation accuracy"))
        // The rates differ, so they are drawn.
        #expect(check.texts["figcaption"]!.contains("learning rate"))
        // What differs, and only that.
        #expect(check.has("th", "optimizer.sgd.learning_rate"))
        #expect(check.has("th", "training.epochs"))
        #expect(!check.has("th", "training.batch_size") && !check.has("th", "name"))
        #expect(check.has("td", "0.1") && check.has("td", "1"))
        #expect(check.texts["summary"]!.contains { $0.hasSuffix("settings that not all have") })
        #expect(check.has("th", "regularizers[0].l2.strength"))
        #expect(!check.has("th", "optimizer.sgd.momentum"))
        let losses = [slow, fast].map { $0.summary.results["validation"]!["loss"]! }
        #expect(check.has("td", NumberWords.brief(losses.min()!) + " ★"))
        #expect(check.has("td", NumberWords.brief(losses.max()!)))
      }
    }

    @Test func sameNamesAndSameConfigs() throws {
      try inTemporaryFolder { folder in
        let named = "name: <b>one</b>\n" + Self.config
        try train(named, in: folder, name: "a")
        try train(named, in: folder, name: "b")
        let runs = try runs(folder, ["a", "b"])
        #expect(ComparisonSection.names(runs) == ["a", "b"])
        let check = checked(RunReport.page(comparing: runs))
        #expect(check.has("p", "The configs are the same."))
        // Both are as good, so none is marked.
        #expect(!check.texts["td"]!.contains { $0.contains("★") })
      }
    }

    @Test func manyRunsAreBounded() throws {
      try inTemporaryFolder { folder in
        try train(Self.config, in: folder, name: "r")
        let run = try runs(folder, ["r"])[0]
        let check = checked(RunReport.page(comparing: Array(repeating: run, count: 40)))
        #expect(check.has("p", "The first 16 of 40 runs are drawn."))
      }
    }
  }
}
