import Espalier
import Foundation
import Testing

extension EndToEnd {
  /// The same run in a config and in Swift.
  @Suite struct SwiftFormTests {
    static let folder = project + "/Examples"

    /// The parts of `digits.yaml`, in few epochs.
    static func digits() throws -> Run {
      try Run("digits", folder: folder) {
        CSVSource("data/digits.csv", target: "target")
        SplitSettings(validation: 0.15, test: 0.2)
        MinMax()
        FeatureNoise(deviation: 0.1)
        Model {
          for units in [256, 128] {
            Dense(units, activation: ReLU(), initializer: HeNormal())
            Dropout(0.3)
          }
          Dense(10)
        }
        CrossEntropy(labelSmoothing: 0.1)
        AdamW(learningRate: 2e-3, weightDecay: 0.05)
        OneCycle()
        GradientClipping(norm: 1)
        Accuracy()
        F1()
        ConfusionMatrix()
        TrainingSettings(epochs: 3, batchSize: 64, seed: 1)
      }
    }

    /// Those of `digits_cnn.yaml`: images, convolutions, layers within layers.
    static func images() throws -> Run {
      try Run("digits_cnn", folder: folder) {
        CSVSource("data/digits.csv", target: "target", shape: [1, 8, 8])
        SplitSettings(validation: 0.15, test: 0.2)
        MinMax()
        RandomCrop(padding: 1)
        Model {
          Conv2D(32, padding: .same, bias: false)
          BatchNorm(activation: ReLU())
          Residual(activation: ReLU()) {
            Conv2D(32, padding: .same, bias: false)
            BatchNorm(activation: ReLU())
            Conv2D(32, padding: .same, bias: false)
            BatchNorm()
          }
          Residual(activation: ReLU(), shortcutNormalization: BatchNorm()) {
            Conv2D(64, stride: 2, padding: 1, bias: false)
            BatchNorm(activation: ReLU())
            Conv2D(64, padding: .same, bias: false)
            BatchNorm()
          }
          Flatten()
          Dense(10)
        }
        CrossEntropy(labelSmoothing: 0.1)
        AdamW(learningRate: 3e-3, weightDecay: 0.05)
        OneCycle()
        Accuracy()
        TrainingSettings(epochs: 1, batchSize: 64, seed: 1)
      }
    }

    /// Those of `wine_alcohol.yaml`: a regression on whitened features.
    static func wine() throws -> Run {
      try Run("wine_alcohol", folder: folder) {
        CSVSource("data/wine.csv", target: "alcohol", ignore: ["target"])
        SplitSettings(validation: 0.15, test: 0.25)
        Standardize()
        PCAWhitening(components: 8)
        TargetNormalizer(Standardize())
        Model {
          Dense(16, activation: Tanh())
          Dense(1)
        }
        MeanSquaredError()
        AdamW(learningRate: 3e-3, weightDecay: 0.1)
        CosineDecay()
        EarlyStopping(patience: 30)
        MSE()
        MAE()
        R2()
        TrainingSettings(epochs: 20, batchSize: 16, seed: 1)
      }
    }

    static let forms: [(epochs: Int, run: @Sendable () throws -> Run)] = [
      (3, { try digits() }), (1, { try images() }), (20, { try wine() }),
    ]

    @Test(arguments: forms.indices) func givesTheSameBitsAsItsConfig(_ index: Int) throws {
      let form = Self.forms[index]
      let swift = try form.run()
      let config = try Run(
        config: Self.folder + "/\(swift.configuration.name).yaml",
        sets: ["training.epochs=\(form.epochs)"])
      #expect(swift.configuration.yaml() == config.configuration.yaml())
      try withFolder { folder in
        swift.options.output = folder + "/swift"
        config.options.output = folder + "/config"
        let one = try swift.fit()
        let other = try config.fit()
        #expect(one.metrics == other.metrics && one.metrics.count > 3)
        #expect(one.history.map(\.metrics) == other.history.map(\.metrics))
        #expect(one.history.count == form.epochs)
        let weights = try bits(folder + "/swift/weights.safetensors")
        #expect(try weights == bits(folder + "/config/weights.safetensors") && !weights.isEmpty)
        #expect(
          try lines(folder + "/swift/config.yaml") == lines(folder + "/config/config.yaml"))
      }
    }

    @Test func conditionsLoopsAndOptionalParts() throws {
      func run(deep: Bool, stop: EarlyStopping?) throws -> Run {
        try Run("x") {
          Synthetic(.moons)
          if deep {
            Standardize()
          } else {
            MinMax()
          }
          Model {
            if deep { Dense(4).named("first") }
            let units = [8, 3]
            for count in units {
              Dense(count)
              ReLU()
            }
            PReLU().named("last")
          }
          CrossEntropy()
          SGD(learningRate: 0.1)
          stop
          if deep { Accuracy() }
          Self.shared()
        }
      }
      let deep = try run(deep: true, stop: EarlyStopping(patience: 3)).configuration
      let names = deep.model.map { ($0 as? Named)?.name ?? $0.pluginName }
      #expect(names == ["first", "dense", "relu", "dense", "relu", "last"])
      #expect(deep.callbacks.map(\.pluginName) == ["early_stopping"])
      #expect(deep.data.normalize.map(\.pluginName) == ["standardize"])
      #expect(deep.metrics.map(\.pluginName) == ["accuracy", "f1"] && deep.training.epochs == 4)
      let flat = try run(deep: false, stop: nil).configuration
      #expect(flat.callbacks.isEmpty && flat.model.count == 5)
      #expect(flat.data.normalize.map(\.pluginName) == ["min_max"])
      // The form that is written is one that can be read.
      try withFolder { folder in
        let again = try load(try write(deep.yaml(), folder, "x.yaml"))
        #expect(again.yaml() == deep.yaml())
      }
    }

    @RunBuilder static func shared() -> [RunPart] {
      F1()
      TrainingSettings(epochs: 4)
    }

    @Test func aConfigurationWithoutABuilder() throws {
      let built = try Run("x") {
        Synthetic(.moons)
        SplitSettings()
        Standardize()
        Model { Dense(2) }
        CrossEntropy()
        SGD()
        TrainingSettings()
      }.configuration
      var made = RunConfiguration()
      made.name = "x"
      made.data = DataSettings(source: Synthetic(.moons), normalize: [Standardize()])
      made.model = [Dense(2)]
      made.loss = CrossEntropy()
      let catalog = try builtIn.get()
      let lacking = try #require(
        #expect(throws: ConfigurationProblems.self) { try made.check(catalog) })
      #expect(lacking.diagnostics.map(\.path) == ["optimizer"])
      made.optimizer = SGD()
      try made.check(catalog)
      #expect(made.yaml() == built.yaml())
      // Copies are values: what one gets, the other does not.
      var copy = made
      copy.training.epochs = 77
      copy.data.split.test = 0.5
      #expect(made.training.epochs == 10 && made.data.split.test == 0)
    }

    @Test func sourcesForEachPart() throws {
      let run = try Run("x") {
        Synthetic(.moons, samples: 100)
        ValidationSource(Synthetic(.moons, samples: 30))
        TestSource(Synthetic(.moons, samples: 20))
        Model { Dense(2) }
        CrossEntropy()
        SGD()
        ReferenceBackend()
        TrainingSettings(epochs: 1)
      }
      run.options.writesFolder = false
      let samples = try run.fit().summary.samples
      #expect(samples == ["train": 100, "validation": 30, "test": 20])
      #expect(run.configuration.backend is ReferenceBackend)
    }
  }
}
