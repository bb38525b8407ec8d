import Espalier
import EspalierHost
import Foundation
import Testing

@Suite(.serialized) struct EnsembleTests {
  private func train(_ folder: String, _ name: String, _ words: String...) {
    let done = espalier(
      all: ["train", folder + "/run.yaml", "--output", folder + "/" + name] + words)
    #expect(done.status == 0, "\(done.error)")
  }

  /// Probabilities of the first class by row.
  private func predictions(_ run: String, _ folder: String) throws -> [[Double]] {
    let done = espalier("predict", run, "--input", folder + "/table.csv")
    #expect(done.status == 0, "\(done.error)")
    return done.output.split(separator: "\n").dropFirst().map { line in
      line.split(separator: ",").dropFirst().compactMap { Double($0) }
    }
  }

  @Test func joinsRuns() throws {
    try Patients.inFolder { folder in
      train(folder, "a", "--set", "data.split.seed=1")
      // Another model, other transforms, and one probability in place of two.
      train(
        folder, "b", "--set", "data.split.seed=1", "--set", "data.normalize=[min_max]", "--set",
        "data.project=[{pca: {components: 1}}]", "--set", "model=[{dense: {units: 1}}]", "--set",
        "loss=binary_cross_entropy", "--seed", "9")
      train(folder, "c", "--set", "data.split.seed=1", "--seed", "3")
      let runs = ["a", "b", "c"].map { folder + "/" + $0 }
      let parts = try runs.map { try predictions($0, folder) }
      // Half of b: one number a sample is that of the second class.
      let all = parts.map { rows in rows.map { $0.count == 2 ? $0[1] : $0[0] } }

      let done = espalier(all: ["ensemble"] + runs + ["--output", folder + "/mean", "--json"])
      #expect(done.status == 0, "\(done.error)")
      let page = try json(done.output)
      let mean = try predictions(folder + "/mean", folder)
      #expect(mean.count == 144)
      for row in mean.indices {
        #expect(abs(mean[row][1] - (all[0][row] + all[1][row] + all[2][row]) / 3) < 1e-5)
        #expect(abs(mean[row][0] + mean[row][1] - 1) < 1e-5)
      }

      // Metrics are those of the joined predictions.
      let measured = try json(
        espalier("evaluate", folder + "/mean", "--split=validation", "--json").output)
      let accuracy = try figure(measured, "metrics", "accuracy")
      #expect(accuracy == (try figure(page, "validation", "accuracy")))
      #expect(try figure(measured, "samples") == 29)
      let onFile = try json(
        espalier("evaluate", folder + "/mean", "--input", folder + "/table.csv", "--json").output)
      let labels = Patients.table.split(separator: "\n").dropFirst().map { $0.hasSuffix("well") }
      let right = zip(mean, labels).filter { ($0[1] > $0[0]) == $1 }.count
      #expect(abs(try figure(onFile, "metrics", "accuracy") - Double(right) / 144) < 1e-6)

      // The folder can be moved along with its members.
      try FileManager.default.createDirectory(
        atPath: folder + "/elsewhere", withIntermediateDirectories: true)
      for name in ["a", "b", "c", "mean"] {
        try FileManager.default.moveItem(
          atPath: folder + "/" + name, toPath: folder + "/elsewhere/" + name)
      }
      #expect(try predictions(folder + "/elsewhere/mean", folder) == mean)

      let moved = ["a", "b", "c"].map { folder + "/elsewhere/" + $0 }
      func join(_ name: String, _ words: String...) throws -> [[Double]] {
        let done = espalier(
          all: ["ensemble"] + moved + ["--output", folder + "/" + name] + words)
        #expect(done.status == 0, "\(done.error)")
        return try predictions(folder + "/" + name, folder)
      }
      let votes = try join("vote", "--join", "vote", "--weights", "2,1,1")
      for row in votes.indices {
        let share =
          zip(all, [2.0, 1, 1]).reduce(0.0) { $0 + ($1.0[row] > 0.5 ? $1.1 : 0) } / 4
        #expect(abs(votes[row][1] - share) < 1e-6)
      }
      let ranks = try join("rank", "--join", "mean_rank")
      let order = all.map { values in
        values.map { value in
          Double(values.filter { $0 < value }.count) + Double(values.filter { $0 == value }.count)
            / 2
        }
      }
      for row in ranks.indices {
        let wanted = (order[0][row] + order[1][row] + order[2][row]) / 3 / 144
        #expect(abs(ranks[row][1] - wanted) < 1e-5)
      }
      let median = try join("median", "--join", "median")
      for row in median.indices {
        #expect(abs(median[row][1] - [all[0][row], all[1][row], all[2][row]].sorted()[1]) < 1e-5)
      }
      // In Swift.
      let ensemble = try Ensemble.open(folder + "/vote")
      #expect(ensemble.members.count == 3 && ensemble.weights == [2, 1, 1])
      let one = try Ensemble(ensemble.members).predict([Float(-5.5), -4.5])
      #expect(abs(Double(one.probability(of: "well")) - mean[0][1]) < 1e-5)
    }
  }

  @Test func weightsByValidation() throws {
    try Patients.inFolder { folder in
      train(folder, "good", "--epochs", "20")
      train(folder, "bad", "--set", "optimizer.adam.learning_rate=1e-9")
      let done = espalier(
        "ensemble", folder + "/bad", folder + "/good", "--output", folder + "/both", "--weights",
        "validation", "--json")
      #expect(done.status == 0, "\(done.error)")
      let page = try json(done.output)
      let weights = try ["0", "1"].map { try figure(page, "members", $0, "weight") }
      #expect(abs(weights[0] + weights[1] - 1) < 1e-12 && weights[1] > 0.6)
      #expect(try Ensemble.open(folder + "/both").weights == weights)
    }
  }

  @Test func bagging() throws {
    try Patients.inFolder { folder in
      let words = [
        "ensemble", "--config", folder + "/run.yaml", "--bagging", "4", "--output", folder + "/bag",
        "--json",
      ]
      let done = espalier(all: words)
      #expect(done.status == 0, "\(done.error)")
      let page = try json(done.output)
      // 79 training samples; one is seen by all four members with probability 0.632⁴ = 0.16.
      let unseen = try figure(page, "out_of_bag", "samples")
      #expect((55...76).contains(unseen), "\(unseen)")
      #expect(try figure(page, "out_of_bag", "metrics", "accuracy") > 0.5)
      let first = try RunRecord(reading: folder + "/bag/member-1")
      #expect(first.summary?.drawnSamples == nil && first.summary?.samples["train"] == 79)
      #expect(first.settings.contains { $0.path.hasPrefix("data.balance[0].bootstrap") })
      let seeds = try (1...4).map { number in
        try RunRecord(reading: folder + "/bag/member-\(number)")[setting: "training.seed"]
      }
      #expect(seeds == [.integer(5), .integer(6), .integer(7), .integer(8)])
      // All members have one test split, and it is not trained on.
      let test = espalier("evaluate", folder + "/bag")
      #expect(test.output.hasPrefix("test, 36 samples"), "\(test.error)")
      // A second call finds all done.
      let again = espalier(all: words + ["--parallel", "2"])
      #expect(again.output == done.output)
      #expect(again.error.components(separatedBy: "; done before").count == 5)
    }
  }

  @Test func seedsDifferOnlyInTheirSeed() throws {
    try Patients.inFolder { folder in
      let done = espalier(
        "ensemble", "--config", folder + "/run.yaml", "--seeds", "2", "--output", folder + "/out")
      #expect(done.status == 0, "\(done.error)")
      #expect(done.output.hasPrefix("ensemble of 2 by mean in "))
      let runs = try (1...2).map { try RunRecord(reading: folder + "/out/member-\($0)") }
      let different = zip(runs[0].settings, runs[1].settings).filter { $0 != $1 }.map(\.0.path)
      #expect(different == ["training.seed"])
      #expect(runs[1][setting: "data.split.seed"] == .integer(5))
    }
  }

  @Test func adaBoost() throws {
    try Patients.inFolder { folder in
      let words = [
        "ensemble", "--config", folder + "/run.yaml", "--adaboost", "3", "--output",
        folder + "/boost", "--set", "training.batch_size=79", "--set", "training.epochs=8",
        "--json",
      ]
      let done = espalier(all: words)
      #expect(done.status == 0, "\(done.error)")
      let page = try json(done.output)
      #expect((page as? [String: Any])?["join"] as? String == "vote")
      #expect(done.error.contains("weighted error "))
      let members = try Ensemble.open(folder + "/boost").members

      // The same by hand: what each member gets wrong of its training samples.
      var weights = [Double](repeating: 1.0 / 79, count: 79)
      let split = try Split(
        count: 144, validation: 0.2, test: 0.25,
        classes: labels, seed: 5)
      #expect(split.training.count == 79)
      for (number, member) in members.enumerated() {
        let predicted = try member.predict(file: folder + "/table.csv").labels
        let wrong = split.training.map { predicted[$0] != ["ill", "well"][labels[$0]] }
        let error = zip(weights, wrong).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
        let alpha = log((1 - error) / error)
        #expect(abs(try figure(page, "members", "\(number)", "weight") - alpha) < 1e-4)
        weights = zip(weights, wrong).map { $1 ? $0 * exp(alpha) : $0 }
        let sum = weights.reduce(0, +)
        weights = weights.map { $0 / sum }
      }
      let again = espalier(all: words)
      #expect(again.output == done.output)
      #expect(again.error.components(separatedBy: "; done before").count == members.count + 1)
      let other = espalier(all: words + ["--set", "training.seed=6"])
      #expect(other.status == 1 && other.error.contains("holds another run"), "\(other.error)")
    }
  }

  private var labels: [Int] {
    Patients.table.split(separator: "\n").dropFirst().map { $0.hasSuffix("well") ? 1 : 0 }
  }

  @Test func boostingEnds() throws {
    try Patients.inFolder { folder in
      // Nothing is learned: the first member says `a` of all, and the other class is the larger one.
      try write(
        Patients.table.replacingOccurrences(of: "well", with: "a"), to: folder + "/table.csv")
      let none = espalier(
        "ensemble", "--config", folder + "/run.yaml", "--adaboost", "3", "--output", folder + "/a",
        "--set", "optimizer.adam.learning_rate=1e-12", "--set",
        "model=[{dense: {units: 2, initializer: zeros}}]")
      #expect(none.status == 1 && none.error.contains("no better than chance"), "\(none.error)")
      try write(Patients.table, to: folder + "/table.csv")
      let values = espalier(
        "ensemble", "--config", folder + "/run.yaml", "--adaboost", "3", "--output", folder + "/b",
        "--set", "data.source.csv.target=x", "--set", "data.source.csv.task=regression", "--set",
        "data.source.csv.ignore=[patient, label]", "--set", "loss=mean_squared_error", "--set",
        "model=[{dense: {units: 1}}]", "--set", "metrics=[]")
      #expect(
        values.status == 1 && values.error.contains("the targets are values"), "\(values.error)")
      let drawn = espalier(
        "ensemble", "--config", folder + "/run.yaml", "--adaboost", "3", "--output", folder + "/c",
        "--set", "data.balance=[undersample]")
      #expect(drawn.status == 1 && drawn.error.contains("draw some of them"), "\(drawn.error)")
    }
  }

  @Test func refuses() throws {
    try Patients.inFolder { folder in
      train(folder, "a")
      train(folder, "other_split", "--seed", "6")
      train(
        folder, "values", "--set", "data.source.csv.target=x", "--set",
        "data.source.csv.task=regression", "--set", "data.source.csv.ignore=[patient, label]",
        "--set", "loss=mean_squared_error", "--set", "model=[{dense: {units: 1}}]", "--set",
        "metrics=[r2]")
      let run = folder + "/a"
      for (words, status, part) in [
        (["--output", folder + "/e"], 2, "RUN is missing"),
        ([run, "--seeds", "2", "--output", folder + "/e"], 2, "give --config too"),
        ([run, "--config", "x.yaml", "--output", folder + "/e"], 2, "leave one out"),
        (["--config", "x.yaml", "--output", folder + "/e"], 2, "needs one of"),
        ([run, folder + "/nowhere", "--output", folder + "/e"], 1, "is no folder of a run"),
        ([run, folder + "/values", "--output", folder + "/e"], 1, "predict the same, in the same"),
        ([run, run, "--weights", "1", "--output", folder + "/e"], 2, "1 numbers for 2 members"),
        ([run, run, "--weights", "1,x", "--output", folder + "/e"], 2, "takes numbers as in"),
        ([run, run, "--weights", "0,0", "--output", folder + "/e"], 2, "nothing but zeros"),
        ([run, run, "--weights", "1,-2", "--output", folder + "/e"], 2, "0 and more, not -2"),
        ([run, folder + "/run.yaml", "--output", folder + "/e"], 1, "of a run: it is a file"),
        ([run, folder + "/no", "--output", folder + "/e"], 1, "of a run: there is no such folder"),
        (
          [run, run, "--weights", "1,1", "--join", "median", "--output", folder + "/e"], 1,
          "takes no weights"
        ),
        (
          [folder + "/values", "--join", "vote", "--output", folder + "/e"], 1,
          "take mean or median"
        ),
      ] as [([String], Int32, String)] {
        let done = espalier(all: ["ensemble"] + words)
        #expect(done.status == status && done.error.contains(part), "\(words): \(done.error)")
      }
      // Joined they are, but not measured on what one has learned from.
      let mixed = espalier(
        "ensemble", run, folder + "/other_split", "--output", folder + "/mixed")
      #expect(mixed.status == 0 && mixed.error.contains("has other validation samples than"))
      let measured = espalier("evaluate", folder + "/mixed")
      #expect(measured.status == 1 && measured.error.contains("has other test samples than"))
      #expect(
        espalier("evaluate", folder + "/mixed", "--input", folder + "/table.csv").status == 0)
      let taken = espalier("ensemble", run, run, "--output", folder + "/mixed")
      #expect(taken.status == 1 && taken.error.contains("of other members already"))
      let nested = espalier("ensemble", folder + "/mixed", run, "--output", folder + "/n")
      #expect(nested.status != 0)
      let piped = espalier("predict", folder + "/mixed", "--input", "-")
      #expect(piped.status == 1 && piped.error.contains("one after the other"))
    }
  }

  @Test func damagedFiles() throws {
    try inTemporaryFolder { folder in
      for (text, part) in [
        ("members: [a]\nweigths: [1]\n", "did you mean `weights`?"),
        ("members: [a]\nweights: [1, 2]\n", "2 weights for 1 members"),
        ("members: []\n", "has no members"), ("join: mean\n", "members"),
        ("members: [a]\njoin: medium\n", "median"), ("members: [a]\nweights: [-1]\n", "0"),
        ("members: [a]\n", "a is no folder of a run"), (": [", "error"),
      ] {
        try write(text, to: folder + "/ensemble.yaml")
        let done = espalier("evaluate", folder)
        #expect(done.status != 0 && done.error.contains(part), "\(text): \(done.error)")
      }
    }
  }
}
