import Espalier
import EspalierHost
import EspalierReferences
import Foundation
import Testing

@Suite(.serialized) struct CrossValidateTests {
  private func contents(_ path: String) throws -> Data {
    try #require(FileManager.default.contents(atPath: path), "\(path)")
  }

  @Test func foldsAreRuns() throws {
    try Patients.inFolder { folder in
      let out = folder + "/cv"
      let words = ["crossvalidate", folder + "/run.yaml", "--folds", "3", "--output", out]
      let first = espalier(all: words + ["--json"])
      #expect(first.status == 0, "\(first.error)")
      #expect(first.error.contains("fold 3 of 3: validation loss "))
      let page = try json(first.output)
      // 144 samples: 36 for the test, 108 in three folds.
      for fold in 0..<3 {
        #expect(try figure(page, "folds", "\(fold)", "train_samples") == 72)
        #expect(try figure(page, "folds", "\(fold)", "validation_samples") == 36)
      }
      let losses = try (0..<3).map { try figure(page, "folds", "\($0)", "results", "loss") }
      let sample = Sample(losses)
      #expect(abs(try figure(page, "validation", "loss", "mean") - sample.mean) < 1e-12)
      #expect(abs(try figure(page, "validation", "loss", "deviation") - sample.deviation) < 1e-12)

      // Each sample that is not for the test has one prediction.
      let predicted = try rows(out + "/out_of_fold.csv")
      #expect(predicted.count == 108)
      #expect(Set(predicted.map { $0[0] }).count == 108)
      let right = predicted.filter { $0[2] == "2" && $0[3] == $0[4] }.count
      #expect(
        abs(Double(right) / 36 - (try figure(page, "folds", "1", "results", "accuracy"))) < 1e-6)

      // A fold is a run: it is measured where it was kept from, and has not looked at the test split.
      let measured = try json(espalier("evaluate", out + "/fold-2", "--json").output)
      #expect(
        abs(try figure(measured, "metrics", "loss") - losses[1]) < 1e-6)
      #expect((measured as? [String: Any])?["data"] as? String == "validation")
      let summary = try json(
        String(decoding: contents(out + "/fold-2/summary.json"), as: UTF8.self))
      #expect(((summary as? [String: Any])?["results"] as? [String: Any])?["test"] == nil)
      let test = try json(espalier("evaluate", out + "/fold-1", "--split=test", "--json").output)
      #expect(try figure(test, "samples") == 36)

      // Its config alone makes the same run.
      let again = folder + "/again"
      #expect(espalier("train", out + "/fold-2/config.yaml", "--output", again).status == 0)
      #expect(
        try contents(again + "/weights.safetensors")
          == contents(out + "/fold-2/weights.safetensors"))

      // The folds' ensemble has its test samples in common.
      let joined = espalier(
        "ensemble", out + "/fold-1", out + "/fold-2", out + "/fold-3", "--output", folder + "/all")
      #expect(joined.status == 0)
      #expect(joined.error.contains("has other validation samples than"))
      #expect(espalier("evaluate", folder + "/all").output.hasPrefix("test, 36 samples"))
    }
  }

  @Test func goesOnWhereItWasEnded() throws {
    try Patients.inFolder { folder in
      let out = folder + "/cv"
      let words = ["crossvalidate", folder + "/run.yaml", "--folds", "3", "--output", out]
      let whole = espalier(all: words + ["--json"])
      let before = try contents(out + "/fold-1/weights.safetensors")
      // As after a kill: one fold has ended, one is under way, one has not begun.
      let stamp = try FileManager.default.attributesOfItem(atPath: out + "/fold-1/summary.json")
      try FileManager.default.removeItem(atPath: out + "/fold-2/summary.json")
      try FileManager.default.removeItem(atPath: out + "/fold-2/weights.safetensors")
      try FileManager.default.removeItem(atPath: out + "/fold-3")
      let again = espalier(all: words + ["--json", "--parallel", "2"])
      #expect(again.output == whole.output)
      #expect(again.error.contains("fold 1 of 3: ") && again.error.contains("; done before"))
      #expect(try contents(out + "/fold-1/weights.safetensors") == before)
      let now = try FileManager.default.attributesOfItem(atPath: out + "/fold-1/summary.json")
      #expect(now[.modificationDate] as? Date == stamp[.modificationDate] as? Date)

      let other = espalier(all: words + ["--set", "training.epochs=5"])
      #expect(other.status == 1)
      #expect(other.error.contains("holds another run than fold 1 of 3 would be"), "\(other.error)")
      #expect(other.error.contains("`epochs: 4` where `epochs: 5` is wanted"), "\(other.error)")
      #expect(espalier(all: words + ["--set", "training.epochs=5", "--force"]).status == 0)
    }
  }

  @Test func sideBySideIsTheSame() throws {
    try Patients.inFolder { folder in
      func run(_ name: String, _ more: String...) -> Outcome {
        espalier(
          all: [
            "crossvalidate", folder + "/run.yaml", "--folds", "4", "--output", folder + "/" + name,
          ] + more)
      }
      #expect(run("a").status == 0)
      #expect(run("b", "--parallel", "3").status == 0)
      for fold in 1...4 {
        let one = try contents("\(folder)/a/fold-\(fold)/weights.safetensors")
        #expect(try contents("\(folder)/b/fold-\(fold)/weights.safetensors") == one)
      }
    }
  }

  @Test func groupsAndRepetitions() throws {
    try Patients.inFolder { folder in
      let out = folder + "/cv"
      let done = espalier(
        "crossvalidate", folder + "/run.yaml", "--set", "data.source.csv.ignore=[]", "--group",
        "patient", "--folds", "3", "--repeats", "2", "--output", out)
      #expect(done.status == 0, "\(done.error)")
      #expect(done.output.contains("\n2.3 "))
      let lines = Patients.table.split(separator: "\n").dropFirst().map {
        $0.split(separator: ",")[2]
      }
      let predicted = try rows(out + "/out_of_fold.csv")
      var folds: [[Set<Substring>]] = [[[], [], []], [[], [], []]]
      for row in predicted {
        folds[Int(row[1])! - 1][Int(row[2])! - 1].insert(lines[Int(row[0])!])
      }
      for repetition in folds {
        // 12 patients, of whom 3 are kept for the test.
        #expect(repetition.map(\.count) == [3, 3, 3])
        #expect(repetition.reduce(into: Set()) { $0.formUnion($1) }.count == 9)
      }
      #expect(Set(folds[0]) != Set(folds[1]))
      #expect(Set(folds[0].joined()) == Set(folds[1].joined()))
      // The column is no feature.
      #expect(
        try RunRecord(reading: out + "/repetition-1/fold-1").settings.contains {
          $0.path == "data.split.group"
        })
      let wrong = espalier(
        "crossvalidate", folder + "/run.yaml", "--group", "patent", "--output", folder + "/no")
      #expect(wrong.status == 2)
      #expect(wrong.error.contains("has no column `patent` that could group"), "\(wrong.error)")
    }
  }

  @Test func stratifiedOrNot() throws {
    try Patients.inFolder { folder in
      func counts(_ name: String, _ flag: String) throws -> [Int] {
        let out = folder + "/" + name
        let done = espalier(
          "crossvalidate", folder + "/run.yaml", flag, "--folds", "3", "--output", out)
        #expect(done.status == 0, "\(done.error)")
        let table = try rows(out + "/out_of_fold.csv")
        return (1...3).map { fold in table.filter { $0[2] == "\(fold)" && $0[3] == "ill" }.count }
      }
      let same = try counts("a", "--stratified")
      #expect(same.max()! - same.min()! <= 1)
      let chance = try counts("b", "--no-stratified")
      #expect(chance.max()! - chance.min()! > 1)
    }
  }

  @Test func refuses() throws {
    try Patients.inFolder { folder in
      let config = folder + "/run.yaml"
      for (words, part) in [
        (["--stratified", "--no-stratified"], "leave one out"),
        (["--parallel", "2", "--progress", "plain"], "shows one run"),
        (["--folds", "1"], "outside"),
        (["--set", "data.validation_source={csv: {path: table.csv}}"], "source of their own"),
        (["--repeats", "2", "--set", "data.split.shuffle=false"], "the same folds"),
      ] {
        let done = espalier(all: ["crossvalidate", config, "--output", folder + "/cv"] + words)
        #expect(done.status == 2 && done.error.contains(part), "\(words): \(done.error)")
      }
      let many = espalier("crossvalidate", config, "--folds", "200", "--output", folder + "/cv")
      #expect(many.error.contains("108 samples cannot make 200 folds"), "\(many.error)")
      let check = espalier(
        "config", "check", config, "--set", "data.split.folds=3", "--set", "data.split.fold=4")
      #expect(check.status == 2 && check.error.contains("E0195"), "\(check.error)")
    }
  }

  /// Ridge regression, trained to its minimum: Σ(y − Xw − b)² + α|w|² over the n samples of the other folds
  /// is n times the mean loss with ½λ|w|² for λ = 2α/n.
  @Test func ridgeAgreesWithScikitLearn() throws {
    let reference = try #require(
      try Oracle.cases("training_aids/search", named: ["cross_validated_ridge"]).first)
    let (x, y) = (reference.inputs["x"]!.values, reference.inputs["y"]!.values)
    let alphas = reference.params["alphas"]!.list!.compactMap(\.number)
    let expected = reference.outputs["mse_per_alpha_and_fold"]!
    try inTemporaryFolder { folder in
      var table = "a,b,c,y\n"
      for row in y.indices {
        table += "\(x[3 * row]),\(x[3 * row + 1]),\(x[3 * row + 2]),\(y[row])\n"
      }
      try write(table, to: folder + "/table.csv")
      try write(
        """
        data:
          source: {csv: {path: table.csv, target: y, task: regression}}
          split: {shuffle: false}
        model: [{dense: {units: 1}}]
        loss: mean_squared_error
        optimizer: {lbfgs: {max_iterations: 100}}
        regularizers: [{l2: {strength: 1}}]
        callbacks: [{checkpoint: {best: false}}]
        metrics: [mse]
        training: {epochs: 10, batch_size: 20}

        """, to: folder + "/run.yaml")
      for (number, alpha) in alphas.enumerated() {
        let done = espalier(
          "crossvalidate", folder + "/run.yaml", "--folds", "4", "--json", "--output",
          folder + "/\(number)", "--set", "regularizers[0].l2.strength=\(2 * alpha / 15)")
        #expect(done.status == 0, "\(done.error)")
        let page = try json(done.output)
        for fold in 0..<4 {
          let found = try figure(
            page, "folds", "\(fold)", "results", "mse")
          let wanted = expected.values[4 * number + fold]
          #expect(
            abs(found - wanted) <= reference.allowance(wanted, .single), "\(found), not \(wanted)")
        }
        let mean = reference.outputs["mean_mse"]!.values[number]
        #expect(
          abs(try figure(page, "validation", "mse", "mean") - mean)
            <= reference.allowance(mean, .single))
      }
    }
  }
}
