import Espalier
import EspalierFormats
import EspalierReferences
import Foundation
import Testing

/// Whole runs against PyTorch's, from the same weights over the same batches.
extension EndToEnd {
  @Suite struct ReferenceRunTests {
    struct Reference {
      let name: String
      let trace: EspalierReferences.JSON
      let loss: Double
      let weights: Double
      let accuracy: Double

      init(_ name: String) throws {
        self.name = name
        trace = try Oracle.json("end_to_end/\(name)/trace")
        let allowed = trace["tolerance"]?["f32"]
        loss = try #require(allowed?["loss"]?.number)
        weights = try #require(allowed?["weights"]?.number)
        accuracy = try #require(allowed?["accuracy"]?.number)
      }
      var config: String { project + "/Tests/EndToEndTests/Configs/\(name).yaml" }
      /// Batches of an update.
      var window: Int { name == "g_accumulation_x4" ? 4 : 1 }
      /// Leaves out what the reference does not train on: batches that fill no window.
      var hooks: [Hook] {
        guard window > 1 else { return [] }
        return [Hook([.batchLoaded]) { _, run in run.stepInEpoch == 36 ? .skipBatch : .proceed }]
      }
      /// What its config lacks: tables that are made here, of digits that are even or odd.
      func sets(_ folder: String) throws -> [String] {
        guard name == "h_fine_tuning" else { return [] }
        return try [("train", "source"), ("val", "validation_source")].map { file, source in
          var rows = try lines(data + "/\(file).csv")
          for row in rows.indices.dropFirst() {
            let cut = try #require(rows[row].lastIndex(of: ","))
            let label = try #require(Double(rows[row][cut...].dropFirst()))
            rows[row] = rows[row][...cut] + "\(Int(label) % 2)"
          }
          let path = try write(rows.joined(separator: "\n"), folder, file + ".csv")
          return "data.\(source).csv.path=\(path)"
        }
      }
      /// The folder of its tables.
      func table(_ folder: String) throws -> String {
        try name == "h_fine_tuning" ? folder : data
      }
      /// The folder of its data.
      var data: String {
        get throws {
          let path = try Oracle.json("end_to_end/\(name)/config")["data"]?.text
          let last = try #require(path?.split(separator: "/").last)
          return oracles + "/data/" + last
        }
      }
      func column(_ key: String) -> [Double]? {
        trace["history"]?[key]?.list?.compactMap(\.number)
      }
      func first(_ key: String) -> [Double] {
        trace["first_steps"]?.list?.compactMap { $0[key]?.number } ?? []
      }
    }

    static let names = [
      "a_mlp_sgd_step", "b_mlp_adam_cosine", "c_diabetes_pca_rmsprop", "d_cnn_adamw",
      "e_flooding_early_stopping", "f_logistic_l1_proximal", "g_accumulation_x4", "g_large_batch",
      "h_fine_tuning", "i_residual_wine",
    ]

    @Test(arguments: names) func courseIsTheSame(_ name: String) throws {
      let reference = try Reference(name)
      let record = Record()
      try withFolder { folder in
        // Without the checkpoint callback the last weights are the run's result, as in the reference.
        let defaults = HostDefaults(
          backend: quiet.backend, callbacks: quiet.callbacks.filter { $0.pluginName == "csv_log" })
        let run = folder + "/run"
        let result = try train(
          reference.config, sets: reference.sets(folder), into: run, defaults: defaults,
          hooks: reference.hooks + [record.hook()])

        check(reference, "val_loss", record.epochs.map { $0["validation_loss"] }, reference.loss)
        check(
          reference, "train_loss_running", record.epochs.map { $0["train_loss"] }, reference.loss)
        check(
          reference, "val_accuracy", record.epochs.map { $0["validation_accuracy"] },
          reference.accuracy)
        let steps = record.rates.count / record.epochs.count
        let rates = stride(from: 0, to: record.rates.count, by: steps).map { record.rates[$0] }
        check(reference, "lr_first_step", rates, 1e-11)
        let window = reference.window
        let updates = Array(stride(from: 0, to: record.rates.count, by: window))
        #expect(Double(updates.count) == reference.trace["optimizer_steps"]?.number)
        let losses = updates.map {
          record.losses[$0..<$0 + window].reduce(0, +) / Double(window)
        }
        compare("batch_loss", Array(losses.prefix(5)), reference.first("batch_loss"), 1e-4)
        compare("lr", updates.prefix(5).map { record.rates[$0] }, reference.first("lr"), 1e-11)
        try checkWeights(record.weights, reference)
        try checkHistory(run, record)
        if name == "e_flooding_early_stopping" {
          try checkStop(result, run, reference)
        } else {
          try checkOutputs(run, reference, table: reference.table(folder))
        }
      }
    }

    /// Validation on the training samples gives their loss after each epoch; a hook between gradients
    /// and update gives gradients, and splits the step, which must not change the course.
    @Test(arguments: names) func trainingLossAndGradients(_ name: String) throws {
      let reference = try Reference(name)
      let record = Record()
      try withFolder { folder in
        var sets = try reference.sets(folder)
        sets.append("data.validation_source.csv.path=\(try reference.table(folder))/train.csv")
        if name == "e_flooding_early_stopping" {
          // The epochs of the reference, not those after which the training loss stops to fall.
          sets += ["training.epochs=7", "callbacks=[{flooding: {level: 0.15}}]"]
        }
        try train(
          reference.config, sets: sets, hooks: reference.hooks + [record.hook(gradients: true)])
        check(reference, "train_loss", record.epochs.map { $0["validation_loss"] }, reference.loss)
        check(
          reference, "train_accuracy", record.epochs.map { $0["validation_accuracy"] },
          reference.accuracy)
        try checkWeights(record.weights, reference)
        // With clipping and penalties the optimizer's gradients are others than the reference's.
        if name != "b_mlp_adam_cosine" {
          compare(
            "gradient_norm", Array(record.norms.prefix(5)), reference.first("gradient_norm"), 1e-4)
        } else {
          #expect(record.norms.allSatisfy { $0 <= 0.5001 } && record.norms[0] > 0.4999)
        }
      }
    }

    @Test func sparsityIsExact() throws {
      let reference = try Reference("f_logistic_l1_proximal")
      let record = Record()
      try train(reference.config, hooks: [record.hook()])
      let weights = try #require(record.weights["fc1.weight"])
      let expected = reference.trace["nonzero_index"]?.list?.compactMap(\.number).map { Int($0) }
      #expect(weights.indices.filter { weights[$0] != 0 } == expected)
    }

    // MARK: Comparing

    private func check(
      _ reference: Reference, _ key: String, _ found: [Double?], _ tolerance: Double
    ) {
      guard let expected = reference.column(key) else { return }
      compare("\(reference.name) \(key)", found.map { $0 ?? .nan }, expected, tolerance)
    }

    private func compare(
      _ what: String, _ found: [Double], _ expected: [Double], _ tolerance: Double
    ) {
      #expect(!expected.isEmpty && found.count == expected.count, "\(what)")
      for (place, pair) in zip(found, expected).enumerated() {
        // A difference that is no number is no small one.
        guard !((pair.0 - pair.1).magnitude <= tolerance) else { continue }
        Issue.record("\(what)[\(place)] is \(pair.0), not \(pair.1)")
        return
      }
    }

    private func checkWeights(_ weights: [String: [Float]], _ reference: Reference) throws {
      let final = try #require(
        try Oracle.json("end_to_end/\(reference.name)/final").table)
      let mapped = [
        "conv1.": "conv2d_1.", "bn1.": "batch_norm_1.", "conv2.": "conv2d_2.", "fc.": "dense_1.",
        "fc2.": "block.fc2.", "bn2.": "block.bn2.", "fc3.": "block.fc3.",
      ]
      var seen: Set<String> = []
      for (name, value) in final {
        guard let expected = value.array?.values else { continue }
        let prefix = mapped.first { name.hasPrefix($0.key) }
        let translated = prefix.map { $0.value + name.dropFirst($0.key.count) } ?? name
        let own = weights[name] != nil ? name : translated
        guard let found = weights[own] else {
          Issue.record("\(reference.name) has no \(name)")
          continue
        }
        seen.insert(own)
        compare("\(reference.name) \(name)", found.map { Double($0) }, expected, reference.weights)
      }
      #expect(seen == Set(weights.keys))
    }

    /// What stands in the folder is what the callbacks saw.
    private func checkHistory(_ folder: String, _ record: Record) throws {
      let table = try history(folder)
      #expect(table["epoch"] == record.epochs.indices.map { "\($0 + 1)" })
      #expect(
        table["validation_loss"]?.map { Double($0) } == record.epochs.map { $0["validation_loss"] })
      #expect(table["train_loss"]?.map { Double($0) } == record.epochs.map { $0["train_loss"] })
    }

    private func checkOutputs(
      _ folder: String, _ reference: Reference, table: String
    ) throws {
      let trained = try TrainedRun.open(folder, catalog: builtIn.get(), defaults: quiet)
      let found = try trained.predict(file: table + "/val.csv")
      let expected = try #require(
        reference.trace["output_of_first_two_validation_rows_at_end"]?.array)
      let rows = stride(from: 0, to: expected.values.count, by: found.width).map {
        Array(expected.values[$0..<$0 + found.width])
      }
      let task = try Oracle.json("end_to_end/\(reference.name)/config")["task"]?.text
      let (mean, deviation) = try targetScale()
      for (row, output) in rows.enumerated() {
        let values = found.values[row * found.width..<(row + 1) * found.width].map { Double($0) }
        switch task {
        case "classification":
          compare("\(reference.name) outputs", values, softmax(output), reference.loss)
        case "binary":
          compare("\(reference.name) outputs", values, [1 / (1 + exp(-output[0]))], reference.loss)
        default:
          // In the target's own units.
          compare(
            "\(reference.name) outputs", values, output.map { $0 * deviation + mean },
            reference.loss * deviation)
        }
      }
    }

    /// Mean and deviation of the regression's targets, which the reference's outputs are without.
    private func targetScale() throws -> (mean: Double, deviation: Double) {
      let targets = try lines(oracles + "/data/diabetes/train.csv").dropFirst()
        .compactMap { Double($0.split(separator: ",").last!) }
      let mean = targets.reduce(0, +) / Double(targets.count)
      let squares = targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (mean, (squares / Double(targets.count)).squareRoot())
    }

    private func softmax(_ values: [Double]) -> [Double] {
      let powers = values.map { exp($0 - values.max()!) }
      return powers.map { $0 / powers.reduce(0, +) }
    }

    /// The run ends where the reference does, and its result are the weights of the best epoch.
    private func checkStop(
      _ result: TrainingResult, _ folder: String, _ reference: Reference
    ) throws {
      guard case .stopped(let reason) = result.end else {
        Issue.record("ended with \(result.end)")
        return
      }
      #expect(reason.contains("validation_loss"))
      // The reference counts epochs from 0.
      let best = try #require(reference.trace["best_epoch"]?.number)
      #expect(result.bestEpoch == Int(best) + 1)
      #expect(
        Double(result.summary.epochs) == reference.trace["stopped_after_epoch"]!.number! + 1)
      let loss = try #require(result.metrics["validation_loss"])
      #expect((loss - reference.trace["best_val_loss"]!.number!).magnitude <= reference.loss)
      let expected = try NPZ.read(oracles + "/\(reference.name)/best.npz")
      let saved = try SafeTensors.read(folder + "/weights.safetensors")
      #expect(Set(saved.names) == Set(expected.names))
      for name in saved.names {
        let found = try saved.tensor(name).values.map { Double($0) }
        let values = try #require(expected[name]).values().map { Double($0) }
        compare(name, found, values, reference.weights)
      }
    }
  }
}
