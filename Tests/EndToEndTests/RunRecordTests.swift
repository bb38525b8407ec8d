import EspalierHost
import Foundation
import Testing

extension EndToEnd {
  /// What a run's folder tells without its model.
  @Suite struct RunRecordTests {
    static let config = """
      data: {source: {synthetic: {kind: moons, samples: 80}}}
      model: [{dense: {units: 4}}, tanh, {dense: {units: 2}}]
      loss: cross_entropy
      optimizer: adam
      training: {epochs: 3, batch_size: 16}
      """

    @Test func record() throws {
      try withFolder { folder in
        let run = try train(write(Self.config, folder, "moons.yaml"), into: folder + "/run")
        let record = try RunRecord(reading: folder + "/run")
        #expect(record.epochs.map(\.number) == [1, 2, 3])
        for (mine, theirs) in zip(record.epochs, run.history) {
          #expect(mine.results["validation_loss"] == theirs["validation_loss"])
          #expect(mine.results["learning_rate"] == theirs.learningRate)
        }
        #expect(record.summary?.results == run.summary.results)
        #expect(record.summary?.epochs == 3)
        #expect(record[setting: "training.epochs"] == .integer(3))
        #expect(record[setting: "model[0].dense.units"] == .integer(4))
        #expect(record.name == "moons")
      }
    }

    @Test func runUnderWay() throws {
      try withFolder { folder in
        try train(write(Self.config, folder), into: folder + "/run")
        try FileManager.default.removeItem(atPath: folder + "/run/summary.json")
        let table = folder + "/run/history.csv"
        try Data(contentsOf: URL(fileURLWithPath: table)).dropLast(40).write(
          to: URL(fileURLWithPath: table))
        let record = try RunRecord(reading: folder + "/run")
        #expect(record.summary == nil)
        #expect(record.epochs.map(\.number) == [1, 2])
      }
    }

    @Test func noRun() throws {
      try withFolder { folder in
        #expect(throws: RunFailure.self) { try RunRecord(reading: folder) }
        try Data("a: [".utf8).write(to: URL(fileURLWithPath: folder + "/config.yaml"))
        #expect(throws: RunFailure.self) { try RunRecord(reading: folder) }
      }
    }
  }
}
