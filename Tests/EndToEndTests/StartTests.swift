import Espalier
import EspalierFormats
import Foundation
import Testing

extension EndToEnd {
  /// Runs that begin with a trained model.
  @Suite struct StartTests {
    private func run(
      _ start: StartSettings? = nil, classes: Int = 3, epochs: Int = 2,
      optimizer: any Optimizer = SGD(learningRate: 0.1), factors: [String: Double] = [:],
      normalizer: any Normalizer = Standardize(), seed: Int = 0
    ) throws -> Run {
      let features: [[Float]] = (0..<36).map { row in
        (0..<4).map { column in
          let place = (row * 7 + column * 11 + row * column) % 13
          return Float(place) / 6 - 1
        }
      }
      let run = try Run("start") {
        InMemory(features: features, labels: (0..<36).map { "c\($0 % classes)" })
        SplitSettings(validation: 0.25)
        normalizer
        Model {
          Dense(6)
          BatchNorm(activation: Tanh())
          Dense(5, activation: Tanh())
          Dense(classes)
        }
        start
        CrossEntropy()
        SGD(learningRate: 1)
        TrainingSettings(
          epochs: epochs, batchSize: 9, seed: seed, shuffle: false, learningRateFactors: factors)
      }
      run.configuration.optimizer = optimizer
      run.options.writesFolder = false
      return run
    }

    /// The model that others start from, in a folder of its own.
    private func pretrained(_ folder: String) throws -> String {
      let run = try run(epochs: 3, seed: 5)
      run.options.writesFolder = true
      run.options.output = folder + "/first"
      try run.fit()
      return folder + "/first"
    }

    /// All parameters before the first step and after so many.
    private func parameters(_ run: Run, after steps: Int) throws -> (
      first: [String: [Float]], later: [String: [Float]]
    ) {
      var first: [String: [Float]] = [:]
      var later: [String: [Float]] = [:]
      run.on(.runStart) { state in
        for name in state.parameterNames { first[name] = try state.parameter(name) }
      }
      run.decide(.batchEnd) { state in
        guard state.step == steps else { return .proceed }
        for name in state.parameterNames { later[name] = try state.parameter(name) }
        return .stop("enough")
      }
      try run.fit()
      return (first, later)
    }

    private func saved(_ folder: String) throws -> [String: [Float]] {
      let file = try SafeTensors.read(folder + "/weights.safetensors")
      return Dictionary(
        uniqueKeysWithValues: try file.names.map { ($0, try file.tensor($0).values) })
    }

    private func message(_ body: () throws -> Void) -> String {
      do { try body() } catch {
        let notes = (error as? ConfigurationProblems)?.diagnostics.flatMap(\.notes) ?? []
        return "\(error)\n" + notes.map(\.text).joined(separator: "\n")
      }
      return ""
    }

    // MARK: What is loaded

    @Test func everything() throws {
      try withFolder { folder in
        let source = try pretrained(folder)
        let weights = try saved(source)
        #expect(weights["batch_norm_1.running_mean"]?.contains { $0 != 0 } == true)
        let run = try run(StartSettings(from: FilePath(source)))
        #expect(try parameters(run, after: 1).first == weights)
      }
    }

    /// What is not asked for, and what cannot be loaded, is made as if nothing were loaded.
    @Test func someOfIt() throws {
      try withFolder { folder in
        let source = try pretrained(folder)
        let weights = try saved(source)
        let fresh = try parameters(run(classes: 4), after: 1).first
        let settings = StartSettings(
          from: FilePath(source), layers: ["dense_*", "batch_norm_1.running_var"],
          otherShape: .initialize)
        let second = try run(settings, classes: 4)
        let found = try parameters(second, after: 1).first
        let loaded: Set = [
          "dense_1.weight", "dense_1.bias", "dense_2.weight", "dense_2.bias",
          "batch_norm_1.running_var",
        ]
        #expect(found.count == 10)
        for (name, values) in found {
          #expect(values == (loaded.contains(name) ? weights[name] : fresh[name]), "\(name)")
        }
        let report = try #require(try run(settings, classes: 4).fit().summary.startedFrom)
        #expect(Set(report.loaded.map(\.name)) == loaded)
        #expect(report.loaded.allSatisfy { $0.name == $0.source })
        #expect(report.missing.isEmpty)
        #expect(report.otherShape.map(\.name) == ["dense_3.weight", "dense_3.bias"])
        #expect(report.otherShape.map(\.shape) == [[4, 5], [4]])
        #expect(report.otherShape.map(\.found) == [[3, 5], [3]])
        #expect(
          report.left == ["batch_norm_1.running_mean", "batch_norm_1.weight", "batch_norm_1.bias"])
        #expect(Set(report.unused) == Set(report.left))
        #expect(
          report.line
            == "\(source)/weights.safetensors: 5 of 10 parameters loaded, 2 of another shape, "
            + "3 not asked for, 3 of the file unused")
        #expect(
          report.lines(most: 1)[1].hasSuffix("dense_3.weight [4×5], in the file [3×5] and 1 more")
        )
        let plan = try run(settings, classes: 4).plan()
        #expect(plan.startsFrom == report)
        #expect(plan.text.contains("starts from " + report.line))
        #expect(plan.text.contains("  not asked for, initialized: batch_norm_1.running_mean, "))
      }
    }

    @Test func byOtherNames() throws {
      try withFolder { folder in
        let path = folder + "/other.safetensors"
        let wide = (0..<24).map { Float($0) }
        try SafeTensors.write(
          [
            ("net.0.w", [6, 4], wide), ("net.0.b", [6], Array(wide.prefix(6))), ("extra", [1], [1]),
          ],
          to: path)
        let settings = StartSettings(
          from: FilePath(path), mapping: ["dense_1.weight": "net.0.w", "dense_1.b*": "net.0.b"],
          missing: .initialize)
        let run = try run(settings)
        let first = try parameters(run, after: 1).first
        #expect(first["dense_1.weight"] == wide)
        #expect(first["dense_1.bias"] == Array(wide.prefix(6)))
        let report = try #require(try self.run(settings).fit().summary.startedFrom)
        #expect(report.loaded.map(\.source) == ["net.0.w", "net.0.b"])
        #expect(report.unused == ["extra"])
        #expect(report.missing.count == 8)
        #expect(
          report.lines()[0] == "loaded: dense_1.weight from net.0.w, dense_1.bias from net.0.b")
      }
    }

    /// A checkpoint holds the optimizer's state and the best weights beside.
    @Test func fromACheckpoint() throws {
      try withFolder { folder in
        let source = try pretrained(folder)
        let path = source + "/checkpoints/last.safetensors"
        let run = try run(StartSettings(from: FilePath(path)))
        let report = try #require(try run.fit().summary.startedFrom)
        #expect(report.loaded.count == 10)
        #expect(report.unused.isEmpty, "\(report.unused)")
      }
    }

    @Test func whatIsSaidOfTransforms() throws {
      try withFolder { folder in
        let source = FilePath(try pretrained(folder))
        func notes(_ normalizer: any Normalizer, share: Double = 0.25) throws -> [String] {
          let run = try run(StartSettings(from: source), normalizer: normalizer)
          run.configuration.training.seed = 5
          run.configuration.data.split.validation = share
          return try #require(run.plan().startsFrom).notes
        }
        #expect(
          try notes(Standardize(), share: 0.5)
            == ["standardize: fitted anew, to this run's training samples"])
        #expect(try notes(Standardize()).isEmpty)
        #expect(
          try notes(Center())
            == ["the loaded weights learned from inputs after standardize, this run has center"])
      }
    }

    // MARK: Learning rates

    /// What was loaded moves a tenth of what it would, and the rest as ever.
    @Test(arguments: [
      SGD(learningRate: 0.1) as any Optimizer, SGD(learningRate: 0.1, momentum: 0.9),
      Adam(learningRate: 0.01), AdamW(learningRate: 0.01), RMSProp(learningRate: 0.01),
      Lion(learningRate: 0.01), NAdam(learningRate: 0.01), Adagrad(learningRate: 0.01),
      Lookahead(Adam(learningRate: 0.01)), SAM(SGD(learningRate: 0.1)),
      LAMB(learningRate: 0.01), Muon(learningRate: 0.01),
      ParameterGroups([Only(["dense_2"], SGD(learningRate: 0.2)), Adam(learningRate: 0.01)]),
    ])
    func aTenthOfTheRate(_ optimizer: any Optimizer) throws {
      try withFolder { folder in
        let source = FilePath(try pretrained(folder))
        func moves(_ factor: Double) throws -> [String: [Float]] {
          let run = try run(
            StartSettings(
              from: source, layers: ["dense_1", "dense_2"], learningRateFactor: factor),
            optimizer: optimizer)
          let (first, later) = try parameters(run, after: 1)
          return first.mapValues { $0 }.reduce(into: [:]) { result, entry in
            result[entry.key] = zip(later[entry.key]!, entry.value).map { $0 - $1 }
          }
        }
        let (whole, tenth) = try (moves(1), moves(0.1))
        for name in ["dense_1.weight", "dense_2.weight", "dense_2.bias", "dense_3.weight"] {
          let share: Float = name.hasPrefix("dense_3") ? 1 : 0.1
          let (a, b) = try (#require(whole[name]), #require(tenth[name]))
          // A norm of zero, as a bias has at first, is a rate of zero for some.
          if name.hasSuffix("weight") {
            #expect(a.contains { abs($0) > 1e-4 }, "\(optimizer.pluginName) \(name)")
          }
          for (a, b) in zip(a, b) {
            #expect(abs(share * a - b) < 2e-6, "\(optimizer.pluginName) \(name): \(a) \(b)")
          }
        }
      }
    }

    /// The factors of all patterns that fit are multiplied, in every epoch of a schedule.
    @Test func factorsByLayer() throws {
      func moves(_ factors: [String: Double]) throws -> [String: [Float]] {
        let run = try run(factors: factors)
        run.configuration.schedule = CosineDecay()
        let (first, later) = try parameters(run, after: 1)
        return first.reduce(into: [:]) { result, entry in
          result[entry.key] = zip(later[entry.key]!, entry.value).map { $0 - $1 }
        }
      }
      let whole = try moves([:])
      let found = try moves(["dense_*": 0.5, "*.bias": 3, "dense_3": 0.1])
      for (name, factor) in [
        ("dense_1.weight", 0.5), ("dense_1.bias", 1.5), ("dense_3.weight", 0.05),
        ("dense_3.bias", 0.15), ("batch_norm_1.weight", 1), ("batch_norm_1.bias", 3),
      ] as [(String, Float)] {
        let (a, b) = try (#require(whole[name]), #require(found[name]))
        for (a, b) in zip(a, b) { #expect(abs(factor * a - b) < 1e-6, "\(name): \(a) \(b)") }
      }
    }

    @Test func mistakesWithFactors() throws {
      let typo = message { try run(factors: ["dens_1": 0.1]).fit() }
      #expect(
        typo.contains("learning_rate_factors: `dens_1` fits no parameter of the model"), "\(typo)")
      #expect(typo.contains("did you mean `dense_1`?"), "\(typo)")
      let whole = message {
        try run(optimizer: LBFGS(), factors: ["dense_1": 0.1]).fit()
      }
      #expect(
        whole.contains(
          "lbfgs: it takes one step with all parameters together, so rates cannot differ by "
            + "`training.learning_rate_factors`"), "\(whole)")
      let zero = message { try run(factors: ["dense_1": 0]).fit() }
      #expect(zero.contains("must be above 0"), "\(zero)")
    }

    // MARK: Resuming

    private static let config = """
      data:
        source: {csv: {path: \(oracles)/data/digits/train.csv, target: target}}
        split: {validation: 0.2}
      model:
        - dense: {units: 16, activation: relu}
        - batch_norm
        - dense: {units: 10}
      loss: cross_entropy
      optimizer: {adam: {learning_rate: 0.01}}
      callbacks: [{checkpoint: {every_epochs: 1, keep: null}}]
      metrics: [accuracy]
      training: {epochs: 3, batch_size: 60, seed: 3}

      """

    /// The model is loaded once: a resumed run goes on to the same bits, also when the file is gone.
    @Test func resumed() throws {
      try withFolder { folder in
        let first = try write(Self.config, folder, "first.yaml")
        try train(first, into: folder + "/first")
        let start = "start_from: {path: first, layers: [dense_1], learning_rate_factor: 0.3}\n"
        let second = try write(Self.config + start, folder, "second.yaml")
        let whole = folder + "/whole"
        try train(second, sets: ["training.seed=4"], into: whole)
        let again = folder + "/again"
        try FileManager.default.copyItem(atPath: whole, toPath: again)
        try FileManager.default.removeItem(atPath: folder + "/first")
        let result = try resume(again, checkpoint: "epoch-0001")
        #expect(try bits(again + "/weights.safetensors") == bits(whole + "/weights.safetensors"))
        #expect(
          try bits(again + "/checkpoints/last.safetensors")
            == bits(whole + "/checkpoints/last.safetensors"))
        #expect(
          result.summary.startedFrom?.loaded.map(\.name) == ["dense_1.weight", "dense_1.bias"])
        // What the run has come to is all that it takes to use it.
        let opened = try TrainedRun.open(again, catalog: builtIn.get(), defaults: quiet)
        #expect(try opened.evaluate(.validation).samples > 0)
      }
    }

    /// `--set`, includes and the short form name the same.
    @Test func shortForm() throws {
      try withFolder { folder in
        let base = try write(Self.config + "start_from: runs/a\n", folder)
        #expect(try load(base).startFrom.path == "runs/a")
        let set = try load(base, sets: ["start_from.layers=[dense_1]"]).startFrom
        #expect(set.path == "runs/a" && set.layers == ["dense_1"])
        let other = try load(base, sets: ["start_from.layers=dense_1", "start_from=runs/b"])
        #expect(other.startFrom.path == "runs/b")
        let over = try write(
          "include: config.yaml\nstart_from: {missing: initialize}\n", folder, "over.yaml")
        #expect(try load(over).startFrom.path == "runs/a")
        #expect(try load(over).startFrom.missing == .initialize)
        let under = try write(
          "include: over.yaml\nstart_from: runs/c\n", folder, "under.yaml")
        #expect(try load(under).startFrom.path == "runs/c")
        #expect(try load(under).startFrom.missing == .initialize)
        let none = try write("include: config.yaml\nstart_from: {path: null}\n", folder, "no.yaml")
        #expect(try load(none).startFrom.path == nil)
      }
    }

    // MARK: Mistakes

    @Test func mistakes() throws {
      try withFolder { folder in
        let source = try pretrained(folder)
        func of(_ settings: StartSettings, classes: Int = 3) -> String {
          message { try run(settings, classes: classes).fit() }
        }
        let gone = of(StartSettings(from: "nowhere/run"))
        #expect(gone.contains("there is no file or folder nowhere/run"), "\(gone)")
        let typo = of(StartSettings(from: FilePath(source), layers: ["dense_4", "dense_1"]))
        #expect(typo.contains("`dense_4` fits no parameter of the model"), "\(typo)")
        let mapped = of(StartSettings(from: FilePath(source), mapping: ["conv_1": "dense_1"]))
        #expect(mapped.contains("`conv_1` fits no parameter of the model"), "\(mapped)")
        let shape = of(StartSettings(from: FilePath(source)), classes: 4)
        #expect(
          shape.contains(
            "`dense_3.weight` in \(source)/weights.safetensors is [3×5], but the parameter "
              + "`dense_3.weight` is [4×5], and the same of 1 other"), "\(shape)")
        #expect(shape.contains("`other_shape: initialize`"), "\(shape)")
        let missing = of(StartSettings(from: FilePath(source), mapping: ["dense_*": "fc*"]))
        #expect(
          missing.contains(
            "has no `fc1.weight` for the parameter `dense_1.weight` [6×4], and the same of "
              + "5 others"), "\(missing)")
        #expect(
          missing.contains("nearest to `fc1.weight` among the file's 10 names: `dense_1.weight`"))
        let stars = message {
          _ = try run(StartSettings(from: FilePath(source), mapping: ["dense_1": "a.*"]))
        }
        #expect(stars.contains("`a.*` has more `*` than its key `dense_1`"), "\(stars)")
      }
    }

    @Test func badFiles() throws {
      try withFolder { folder in
        let source = try pretrained(folder)
        let weights = source + "/weights.safetensors"
        func of(_ path: String, _ layers: [String] = []) -> String {
          message {
            try run(StartSettings(from: FilePath(path), layers: layers, missing: .initialize)).fit()
          }
        }
        let data = try Data(contentsOf: URL(fileURLWithPath: weights))
        for count in [0, 7, 100, data.count - 1] {
          let path = folder + "/cut.safetensors"
          try data.prefix(count).write(to: URL(fileURLWithPath: path))
          let text = of(path)
          #expect(text.contains("E0210") && text.contains("cut.safetensors"), "\(count): \(text)")
        }
        let other = folder + "/other.safetensors"
        try SafeTensors.write([("w", [1], [1])], to: other)
        #expect(of(other).contains("nothing of \(other) fits the model"))
        var values = [Float](repeating: 0, count: 24)
        values[7] = .nan
        try SafeTensors.write([("dense_1.weight", [6, 4], values)], to: other)
        #expect(of(other).contains("`dense_1.weight` in \(other) holds values that are not finite"))
        // A run that was killed has checkpoints, but no weights yet.
        try FileManager.default.removeItem(atPath: weights)
        let killed = of(source)
        #expect(killed.contains("the run in \(source) has not come to its end"), "\(killed)")
        #expect(
          killed.contains("start from its checkpoint \(source)/checkpoints/best"), "\(killed)")
        try FileManager.default.removeItem(atPath: source + "/checkpoints")
        #expect(of(source).contains("it holds no weights.safetensors"))
      }
    }
  }
}
