import Espalier
import EspalierFormats
import Foundation
import Testing

extension EndToEnd {
  /// What a saved run says of data.
  @Suite struct PredictionTests {
    static let wine = """
      data:
        source: {csv: {path: \(oracles)/data/wine/train.csv, target: target}}
        split: {validation: 0.2, test: 0.25}
        normalize: [standardize]
        project: [{pca: {components: 6}}]
      model:
        - dense: {units: 16, activation: tanh}
        - batch_norm
        - dropout: {rate: 0.1}
        - dense: {units: 3}
      loss: {cross_entropy: {label_smoothing: 0.05, class_weights: balanced}}
      optimizer: {adam: {learning_rate: 0.02}}
      metrics: [accuracy, f1, confusion_matrix]
      training: {epochs: 25, batch_size: 16, seed: 4}
      """

    static let diabetes = """
      data:
        source: {csv: {path: \(oracles)/data/diabetes/train.csv, target: target}}
        normalize: [standardize]
        target_normalize: standardize
      model: [{dense: {units: 8, activation: tanh}}, {dense: {units: 1}}]
      loss: mean_squared_error
      optimizer: {adam: {learning_rate: 0.01}}
      metrics: [mae, r2]
      training: {epochs: 25, batch_size: 16, seed: 4}
      """

    private func withRun(
      _ text: String, _ body: (TrainedRun, TrainingResult, _ folder: String) throws -> Void
    ) throws {
      try withFolder { folder in
        let result = try train(try write(text, folder), into: folder + "/run")
        let run = try TrainedRun.open(folder + "/run", catalog: builtIn.get(), defaults: quiet)
        try body(run, result, folder)
      }
    }

    private func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "accepted"
      } catch { return "\(error)" }
    }

    /// The table of a file, and the same rows with the columns that are asked for.
    private func table(_ path: String, _ columns: [String]? = nil) throws -> String {
      let rows = try lines(path).map { $0.split(separator: ",").map(String.init) }
      guard let columns else {
        return rows.map { $0.joined(separator: ",") }.joined(separator: "\n")
      }
      let places = columns.map { rows[0].firstIndex(of: $0)! }
      return rows.map { row in places.map { row[$0] }.joined(separator: ",") }
        .joined(separator: "\n") + "\n"
    }

    @Test(arguments: [wine, diabetes]) func measuresWhatTheSummarySays(_ text: String) throws {
      try withRun(text) { run, result, _ in
        for (split, expected) in result.summary.results where split != "train" {
          let found = try run.evaluate(TrainedRun.Split(rawValue: split))
          #expect(found.metrics == expected, "\(split)")
          #expect(found.samples == result.summary.samples[split])
        }
        #expect(result.summary.results["validation"]?["loss"] != nil)
        // These are results of something that learned.
        if let accuracy = result.metrics["test_accuracy"] { #expect(accuracy > 0.85) }
        if let r2 = result.metrics["validation_r2"] { #expect(r2 > 0.3) }
      }
    }

    @Test func oneSplitIsTheDefaultAndOthersAreNamed() throws {
      try withRun(Self.wine) { run, result, _ in
        let test = try run.evaluate()
        #expect(test.name == "test" && test.metrics == result.summary.results["test"])
        guard case .matrix(_, let counts)? = test.matrices["confusion_matrix"] else {
          Issue.record("no matrix")
          return
        }
        #expect(Int(counts.joined().reduce(0, +)) == test.samples)
      }
      try withRun(Self.diabetes) { run, _, _ in
        let text = message { _ = try run.evaluate(.test) }
        #expect(text.contains("no test split"))
        let other = try run.evaluate()
        #expect(other.name == "validation")
      }
    }

    @Test func classesAndTheirProbabilities() throws {
      try withRun(Self.wine) { run, _, _ in
        let file = oracles + "/data/wine/val.csv"
        let found = try run.predict(file: file)
        #expect(found.count == 58 && found.width == 3)
        for row in 0..<found.count {
          let values = found.values[row * 3..<row * 3 + 3]
          #expect((values.reduce(0, +) - 1).magnitude < 1e-5)
          #expect(values.allSatisfy { $0 >= 0 })
          let best = values.indices.max { values[$0] < values[$1] }! - row * 3
          #expect(found.row(row)[0] == "\(best)")
        }
        #expect(
          found.header == ["prediction", "probability_0", "probability_1", "probability_2"])
        // Against the file's own targets, the accuracy that `evaluate` finds.
        let targets = try lines(file).dropFirst().map { String($0.split(separator: ",").last!) }
        let right = targets.indices.count { found.row($0)[0] == targets[$0] }
        let accuracy = try #require(try run.evaluate(file: file).metrics["accuracy"])
        #expect((Double(right) / 58 - accuracy).magnitude < 1e-12 && accuracy > 0.85)
      }
    }

    @Test func columnsAreFoundByName() throws {
      try withRun(Self.wine) { run, _, folder in
        let file = oracles + "/data/wine/val.csv"
        let whole = try run.predict(file: file).values
        let columns = try lines(file)[0].split(separator: ",").map(String.init)
        let features = Array(columns.dropLast())
        let without = try write(try table(file, features), folder, "a.csv")
        #expect(try run.predict(file: without).values == whole)
        let turned = try write(try table(file, columns.reversed()), folder, "b.csv")
        #expect(try run.predict(file: turned).values == whole)
        #expect(try run.evaluate(file: turned).metrics == run.evaluate(file: file).metrics)

        let lacking = try write(try table(file, features.filter { $0 != "hue" }), folder, "c.csv")
        let text = message { _ = try run.predict(file: lacking) }
        #expect(text.contains("hue") && text.contains("c.csv"), "\(text)")
        let blind = message { _ = try run.evaluate(file: without) }
        #expect(blind.contains("target"), "\(blind)")
        let unknown = message { _ = try run.predict(file: folder + "/nothing.csv") }
        #expect(unknown.contains("nothing.csv"), "\(unknown)")
        let strange = try write("x", folder, "data.xyz")
        let other = message { _ = try run.predict(file: strange) }
        #expect(other.contains("data.xyz"))
      }
    }

    @Test func arraysOfNumPy() throws {
      try withRun(Self.wine) { run, _, folder in
        let folderOfData = oracles + "/data/wine"
        let whole = try run.predict(file: folderOfData + "/val.csv").values
        let rows = try lines(folderOfData + "/val.csv").dropFirst().map {
          $0.split(separator: ",").dropLast().map { Float($0)! }
        }
        try NPY.write(rows.flatMap { $0 }, shape: [58, 13], to: folder + "/x.npy")
        let found = try run.predict(file: folder + "/x.npy")
        #expect(found.count == 58 && found.values == whole)
        try NPY.write(rows.flatMap { $0 }, shape: [29, 26], to: folder + "/wide.npy")
        let text = message { _ = try run.predict(file: folder + "/wide.npy") }
        #expect(text.contains("26") && text.contains("13"), "\(text)")
      }
    }

    @Test func valuesAreInTheirOwnUnits() throws {
      try withRun(Self.diabetes) { run, result, _ in
        let file = oracles + "/data/diabetes/val.csv"
        let found = try run.predict(file: file)
        #expect(found.count == 142 && found.width == 1 && found.header == ["target"])
        let targets = try lines(file).dropFirst().map { Double($0.split(separator: ",").last!)! }
        let errors = zip(found.values, targets).map { (Double($0) - $1).magnitude }
        let mean = errors.reduce(0, +) / 142
        // Disease progression is 25…346; a standardized prediction would be off by about 150.
        #expect(mean < 60)
        let mae = try #require(try run.evaluate(file: file).metrics["mae"])
        #expect((mae - mean).magnitude < 1e-3)
      }
    }
  }
}
