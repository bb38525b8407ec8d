import Espalier
import Testing

extension EndToEnd {
  /// What is said of a run in Swift that cannot be right, and where in the program.
  @Suite struct SwiftFormErrorTests {
    private func problems(_ make: () throws -> Run) -> [Diagnostic] {
      do {
        let run = try make()
        return run.configuration.warnings
      } catch let problems as ConfigurationProblems {
        return problems.diagnostics
      } catch {
        Issue.record("\(error)")
        return []
      }
    }

    /// Parts that make a right run with what a test adds.
    @RunBuilder private func rest() -> [RunPart] {
      Model { Dense(2) }
      CrossEntropy()
      Adam()
    }

    @Test func lackingPartsAreToldAllAtOnce() {
      let line = #line + 1
      let found = problems { try Run("empty") {} }
      #expect(found.map(\.path) == ["data.source", "model", "loss", "optimizer"])
      #expect(found.allSatisfy { $0.code == .missingSection && $0.place?.line == line })
      #expect(found[3].message == "the run has no optimizer")
      #expect(found[3].label == "add one, for example `Adam(learningRate: 1e-3)`")
      let layers = problems {
        try Run("empty") {
          Synthetic(.moons)
          Model {}
          CrossEntropy()
          Adam()
        }
      }
      #expect(layers.map(\.message) == ["the model has no layers"])
    }

    @Test func secondPlugins() throws {
      let line = #line + 3
      let found = problems {
        try Run("two") {
          Synthetic(.moons)
          Synthetic(.xor)
          CrossEntropy()
          Hinge()
          Model { Dense(2) }
          Adam()
          SGD()
          CosineDecay()
          OneCycle()
          TrainingSettings(epochs: 1)
          TrainingSettings(epochs: 2)
        }
      }
      #expect(
        found.map(\.message) == [
          "the run has a second source", "the run has a second loss",
          "the run has a second optimizer",
          "the run has a second schedule", "the run has a second TrainingSettings",
        ])
      #expect(found.allSatisfy { $0.code == .tooManyPlugins })
      #expect(found[0].place?.line == line + 1 && found[0].notes[0].place?.line == line)
      #expect(found[0].place?.file == "EndToEndTests/SwiftFormErrorTests.swift")
      #expect(found[0].path == "data.source")
    }

    @Test func valuesOutOfRange() throws {
      let line = #line + 4
      let found = problems {
        try Run("ranges") {
          Synthetic(.moons)
          SplitSettings(validation: 15)
          Model {
            Dense(0)
            Residual { Dense(-2) }
          }
          CrossEntropy()
          Adam(learningRate: .nan)
          Warmup(steps: 3, then: CosineDecay(minimum: -1))
          TrainingSettings(epochs: 0)
        }
      }
      #expect(
        found.map(\.path) == [
          "data.split.validation", "model[0].dense.units",
          "model[1].residual.layers[0].dense.units", "optimizer.adam.learning_rate",
          "schedule.warmup.then.cosine.minimum", "training.epochs",
        ])
      #expect(
        found.map { $0.place?.line } == [line, line + 2, line + 3, line + 6, line + 7, line + 8])
      #expect(
        found[0].message == "`data.split.validation` is 15, but must be at least 0 and below 1")
      #expect(found[0].label == "a share, not a percentage: did you mean 0.15?")
      #expect(found[1].message == "`units` of dense is 0, but must be at least 1")
      #expect(
        found.map(\.code) == [
          .outOfRange, .outOfRange, .outOfRange, .wrongType, .outOfRange, .outOfRange,
        ])
    }

    @Test func whatIsNotSet() throws {
      let found = problems {
        try Run("unset") {
          Synthetic(.moons)
          Model {
            Dense()
            Residual([])
          }
          CrossEntropy()
          Adam()
          Warmup()
          ScheduledLater.none
        }
      }
      #expect(
        found.map(\.path) == [
          "model[0].dense.units", "model[1].residual.layers", "schedule.warmup.steps",
        ])
      #expect(found.allSatisfy { $0.code == .missingParameter })
      #expect(found[0].message == "dense needs `units`: number of outputs")
    }

    private enum ScheduledLater { static let none: CosineDecay? = nil }

    @Test func whatPluginsSayOfThemselves() throws {
      let found = problems {
        try Run("refused") {
          InMemory(features: [[1, 2], [3]], labels: ["a", "b"])
          rest()
          GradientClipping()
        }
      }
      #expect(found.map(\.code) == [.refused, .refused])
      #expect(found[0].message.hasPrefix("in_memory: ") && found[0].message.contains("sample 1"))
      #expect(found[1].path == "callbacks[0].gradient_clipping.norm")
    }

    @Test func whatDoesNotFitAcrossSections() throws {
      let line = #line + 5
      let found = problems {
        try Run("across") {
          Synthetic(.moons)
          rest()
          EarlyStopping(patience: 2, monitor: "validation_accuracy")
          R2()
          TrainingSettings(shuffle: false)
        }
      }
      #expect(found.map(\.code) == [.unknownResult, .taskMismatch, .notShuffled])
      #expect(found.map { $0.place?.line } == [line, line + 1, line + 2])
      let split = problems {
        try Run("split") {
          Synthetic(.moons)
          SplitSettings(validation: 0.5, test: 0.6)
          rest()
        }
      }
      #expect(split.map(\.code) == [.nothingToTrainOn])
    }

    @Test func normalizersBehindProjections() {
      let found = problems {
        try Run("order") {
          Synthetic(.moons)
          PCA(components: 1)
          Standardize()
          rest()
        }
      }
      #expect(found.map(\.code) == [.normalizedTooLate])
      #expect(found[0].message.contains("standardize stands behind pca"))
      let all = problems {
        try Run("order") {
          Synthetic(.moons)
          Standardize()
          KBest(1)
          PCA(components: 1)
          MissingValues()
          rest()
        }
      }
      #expect(all.map(\.code) == [.normalizedTooLate, .normalizedTooLate])
      #expect(
        all[0].message == "k_best stands behind standardize, but selectors act before normalizers")
      #expect(
        all[1].message == "missing_values stands behind pca, but cleaners act before projections")
      let inOrder = problems {
        try Run("order") {
          Synthetic(.moons)
          Duplicates()
          MissingValues()
          VarianceThreshold()
          Standardize()
          PCA(components: 1)
          rest()
        }
      }
      #expect(inOrder.isEmpty)
    }

    @Test func namesOfLayers() {
      let found = problems {
        try Run("names") {
          Synthetic(.moons)
          Model {
            Dense(2).named("two words")
            Dense(2).named("head")
            ReLU().named("head")
          }
          CrossEntropy()
          Adam()
        }
      }
      #expect(found.map(\.code) == [.layerName, .layerNameTwice])
    }

    @Test func changesAreCheckedBeforeTheRun() throws {
      let run = try Run("later") {
        Synthetic(.moons)
        rest()
      }
      run.options.writesFolder = false
      run.configuration.training.epochs = -1
      #expect(throws: ConfigurationProblems.self) { try run.fit() }
      #expect(throws: ConfigurationProblems.self) { try run.plan() }
      run.configuration.training.epochs = 2
      #expect(try run.fit().history.count == 2)
    }

    @Test func layersAndDataHaveTheirPlacesToo() throws {
      let line = #line + 5
      let run = try Run("shapes") {
        Synthetic(.moons)
        Model {
          Dense(2)
          Conv2D(3)
        }
        CrossEntropy()
        Adam()
      }
      run.options.writesFolder = false
      let layer = try #require(
        #expect(throws: ConfigurationProblems.self) { try run.fit() }?.diagnostics.first)
      #expect(layer.code == .layerDoesNotFit && layer.place?.line == line)
      let data = try Run("data", folder: "/nowhere") {
        CSVSource("missing.csv")
        rest()
      }
      let source = try #require(
        #expect(throws: ConfigurationProblems.self) { try data.fit() }?.diagnostics.first)
      #expect(source.place?.line == line + 10, "\(source)")
      #expect(source.code == .dataUnusable && source.message.contains("/nowhere/missing.csv"))
    }
  }
}
