import Espalier
import EspalierCPUBackend
import EspalierReferenceBackend
import Testing

extension EndToEnd {
  /// Every built-in plugin, by what its kind promises.
  @Suite struct CatalogTests {
    /// A config of which one part is given by other text.
    private func config(
      _ parts: [String: String] = [:], classification: Bool = true
    ) -> String {
      func part(_ name: String, _ otherwise: String) -> String { parts[name] ?? otherwise }
      func list(_ name: String) -> String {
        parts[name].map { "\n    - " + $0.split(separator: "\n").joined(separator: "\n      ") }
          ?? " []"
      }
      return """
        data:
          source: \(part("source", "{csv: {path: data.csv, target: target}}"))
          normalize:\(list("normalize"))
          project:\(list("project"))
          augment:\(list("augment"))
        model:
          - \(part("layer", "flatten"))
          - dense:
              units: 10
              activation: \(part("activation", "relu"))
              initializer: \(part("initializer", "he_normal"))
        loss: \(part("loss", "cross_entropy"))
        optimizer: \(part("optimizer", "sgd"))
        schedule: \(part("schedule", "constant"))
        regularizers:\(list("regularizer"))
        callbacks:\(list("callback"))
        metrics:\(list("metric"))
        backend: \(part("backend", "cpu"))
        """
    }

    private let places = [
      "source": "source", "normalizer": "normalize", "projection": "project",
      "augmentation": "augment", "layer": "layer", "activation": "activation",
      "initializer": "initializer", "loss": "loss", "optimizer": "optimizer",
      "scheduler": "schedule", "regularizer": "regularizer", "callback": "callback",
      "metric": "metric", "backend": "backend",
    ]

    /// A fragment as the value of a key: a table in braces, unless it is in them or a bare name.
    private func braced(_ fragment: String) -> String {
      fragment.contains(":") && !fragment.hasPrefix("{") ? "{\(fragment)}" : fragment
    }

    /// The plugin of a kind that a loaded config holds.
    private func plugin(_ kind: PluginKind, of config: RunConfiguration) -> (any Plugin)? {
      switch kind {
      case .source: config.data.source
      case .normalizer: config.data.normalize.first
      case .projection: config.data.project.first
      case .augmentation: config.data.augment.first
      case .layer: config.model.first
      case .loss: config.loss
      case .optimizer: config.optimizer
      case .scheduler: config.schedule
      case .regularizer: config.regularizers.first
      case .callback: config.callbacks.first
      case .metric: config.metrics.first
      case .backend: config.backend
      case .activation, .initializer:
        Schema(of: config.model[1]).items.lazy.compactMap { item in
          if case .component(let part) = item.content, part.kind == kind {
            part.current.first
          } else {
            nil
          }
        }.first
      default: nil
      }
    }

    @Test func samplesAreConfigs() throws {
      for entry in try builtIn.get().entries {
        let place = try #require(places[entry.kind.name])
        for fragment in [entry.manifest.sample]
          + entry.manifest.aliases.map({
            entry.manifest.sample.replacing(entry.name, with: $0, maxReplacements: 1)
          })
        {
          let text = config([place: braced(fragment)])
          // A metric or a loss may be for another task than the rest; the loader reports all at once.
          let loader = try ConfigurationLoader(
            catalog: builtIn.get(), files: ["config.yaml": Array(text.utf8)], checks: [])
          do {
            let config = try loader.load("config.yaml")
            let found = plugin(entry.kind, of: config)?.pluginName
            #expect(found == entry.name, "\(fragment)")
          } catch {
            Issue.record("\(entry.kind.name) \(entry.name), \(fragment): \(error)")
          }
        }
      }
    }

    @Test func everythingHasWords() throws {
      let entries = try builtIn.get().entries
      #expect(entries.count >= 100)
      func isSnakeCase(_ name: String) -> Bool {
        name.first.map { $0.isLowercase } == true && !name.hasSuffix("_") && !name.contains("__")
          && name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") }
      }
      for entry in entries {
        let manifest = entry.manifest
        #expect(isSnakeCase(manifest.name), "\(manifest.name)")
        for alias in manifest.aliases { #expect(isSnakeCase(alias), "\(alias)") }
        #expect(manifest.summary.count > 5, "\(manifest.name)")
        // A summary stands in a list, after the name.
        #expect(
          !manifest.summary.hasSuffix(".") && !manifest.summary.contains("\n"), "\(manifest.name)")
        var names: Set<String> = []
        for item in Schema(of: entry.type.init()).items {
          #expect(names.insert(item.name).inserted, "\(manifest.name).\(item.name)")
          #expect(isSnakeCase(item.name), "\(manifest.name).\(item.name)")
          let text =
            switch item.content {
            case .parameter(let parameter): parameter.text
            case .component(let component): component.text
            }
          #expect(text.count > 3, "\(manifest.name).\(item.name)")
        }
      }
      // The catalog itself refuses a name twice within a kind; a bundle twice is that for all of it.
      #expect(throws: PluginError.self) { try defaultCatalog(adding: builtInBundles) }
    }

    // MARK: Every part of a model trains

    /// A definition whose model, loss or optimizer is one of the catalog's.
    private func definition(
      _ parts: [String: String], model: String? = nil, sample: Shape, target: TargetDescription
    ) throws -> StepDefinition {
      var text = config(parts)
      if let model {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let from = lines.firstIndex(of: "model:")!
        let to = lines.firstIndex { $0.hasPrefix("loss:") }!
        text = (lines[..<from] + ["model: \(model)"] + lines[to...]).joined(separator: "\n")
      }
      let config = try ConfigurationLoader(
        catalog: builtIn.get(), files: ["config.yaml": Array(text.utf8)], checks: []
      ).load("config.yaml")
      return StepDefinition(
        layers: config.model, loss: config.loss, optimizer: config.optimizer,
        regularizers: config.regularizers,
        data: DataDescription(sampleShape: sample, target: target),
        classCounts: target.task == .classification ? target.names.map { _ in 2 } : [])
    }

    /// One step on both backends from the same weights over the same batch.
    private func compare(_ definition: StepDefinition, _ what: String) throws {
      let optimized = try StepProgram(definition, batch: 8, backend: CPUBackend())
      let reference = try StepProgram(definition, batch: 8, backend: ReferenceBackend())
      let before = optimized.results
      #expect(before == reference.results, "\(what)")
      try optimized.run()
      try reference.run()
      let found = optimized.results
      let expected = reference.results
      #expect(Set(found.keys) == Set(expected.keys), "\(what)")
      let loss = expected["loss"]![0]
      #expect(loss.isFinite && loss != 0, "\(what)")
      for (name, values) in expected {
        let other = try #require(found[name])
        for (place, pair) in zip(other, values).enumerated() {
          let difference = (pair.0 - pair.1).magnitude
          guard !(difference <= 2e-5 + 1e-4 * pair.1.magnitude) else { continue }
          Issue.record(
            "\(what): \(name)[\(place)] is \(pair.0) on the cpu, \(pair.1) by the reference")
          break
        }
      }
      // A step that changes no weight would make any comparison of weights true.
      let learned = optimized.variables.learned.map(\.name)
      #expect(learned.contains { before[$0] != found[$0] }, "\(what)")
    }

    private let classes = TargetDescription.classes((0..<4).map { "\($0)" })

    @Test func layersTrain() throws {
      for entry in try builtIn.get().all(of: .layer) {
        let sample = braced(entry.manifest.sample)
        let model: String
        var shape: Shape = [2, 6, 6]
        switch entry.name {
        case "reshape":
          model = "[flatten, {reshape: {shape: [8, 9]}}, flatten, {dense: {units: 4}}]"
        case "flatten": model = "[flatten, {dense: {units: 4}}]"
        case "residual":
          model =
            "[{residual: {layers: [{conv2d: {filters: 2, padding: same}}]}}, flatten, {dense: {units: 4}}]"
        case "global_average_pool", "global_max_pool":
          model = "[{conv2d: {filters: 3, padding: same}}, \(entry.name), {dense: {units: 4}}]"
        case "dense", "layer_norm", "dropout":
          shape = [12]
          model = "[{dense: {units: 9}}, \(sample), {dense: {units: 4}}]"
        default:
          model = "[{conv2d: {filters: 2, padding: same}}, \(sample), flatten, {dense: {units: 4}}]"
        }
        do {
          try compare(
            definition([:], model: model, sample: shape, target: classes), "layer \(entry.name)")
        } catch { Issue.record("layer \(entry.name): \(error)") }
      }
    }

    @Test func activationsTrain() throws {
      for entry in try builtIn.get().all(of: .activation) {
        let sample = braced(entry.manifest.sample)
        let model = "[{dense: {units: 12, initializer: he_normal}}, \(sample), {dense: {units: 4}}]"
        do {
          try compare(
            definition([:], model: model, sample: [9], target: classes),
            "activation \(entry.name)")
        } catch { Issue.record("activation \(entry.name): \(error)") }
      }
    }

    @Test func lossesTrain() throws {
      for entry in try builtIn.get().all(of: .loss) {
        guard let type = entry.type as? any Loss.Type else { continue }
        var target: TargetDescription = type.task == .regression ? .values(["a", "b"]) : classes
        var units = target.count
        if entry.name == "binary_cross_entropy" {
          target = .classes(["no", "yes"])
          units = 1
        }
        do {
          try compare(
            definition(
              ["loss": braced(entry.manifest.sample)],
              model: "[{dense: {units: 7, activation: tanh}}, {dense: {units: \(units)}}]",
              sample: [9], target: target), "loss \(entry.name)")
        } catch { Issue.record("loss \(entry.name): \(error)") }
      }
    }

    @Test func optimizersTrain() throws {
      for entry in try builtIn.get().all(of: .optimizer) {
        do {
          try compare(
            definition(
              ["optimizer": braced(entry.manifest.sample)],
              model: "[{dense: {units: 7, activation: tanh}}, {dense: {units: 4}}]",
              sample: [9], target: classes), "optimizer \(entry.name)")
        } catch { Issue.record("optimizer \(entry.name): \(error)") }
      }
    }
  }
}
