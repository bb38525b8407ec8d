import Espalier
import Testing

extension EndToEnd {
  /// Combinations of built-in plugins that make no sense.
  @Suite struct CombinationCheckTests {
    private let rest: [(key: String, value: String)] = [
      ("data", "{source: {synthetic: {kind: blobs, classes: 3}}}"),
      ("model", "[{dense: {units: 8, activation: relu}}, {dense: {units: 3}}]"),
      ("loss", "cross_entropy"), ("optimizer", "sgd"), ("training", "{epochs: 10}"),
    ]

    /// The codes and messages of what is found in a config with other parts.
    private func findings(
      _ parts: [String: String], adding bundles: [PluginBundle] = []
    ) throws -> [String] {
      var lines = rest.map { "\($0.key): \(parts[$0.key] ?? $0.value)" }
      for (key, value) in parts where !rest.contains(where: { $0.key == key }) {
        lines.append("\(key): \(value)")
      }
      let loader = ConfigurationLoader(
        catalog: try defaultCatalog(adding: bundles),
        files: ["a.yaml": Array(lines.joined(separator: "\n").utf8)])
      do throws(ConfigurationProblems) {
        return try loader.load("a.yaml").warnings.map(\.oneLine)
      } catch {
        return error.diagnostics.map(\.oneLine)
      }
    }

    private func expect(
      _ parts: [String: String], _ expected: String...,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let found = try findings(parts)
      #expect(found.count == expected.count, "\(found)", sourceLocation: sourceLocation)
      for (found, expected) in zip(found, expected) {
        #expect(found.contains(expected), "\(found)", sourceLocation: sourceLocation)
      }
    }

    @Test func nothingIsWrong() throws { try expect([:]) }

    @Test func softmaxAndSigmoidAreDoubled() throws {
      try expect(
        ["model": "[{dense: {units: 3, activation: softmax}}]"],
        "a.yaml:2:40: warning[W0181]: cross_entropy applies softmax itself")
      try expect(["model": "[{dense: {units: 3}}, softmax]"], "W0181")
      try expect(
        ["model": "[{dense: {units: 1}}, sigmoid]", "loss": "binary_cross_entropy"],
        "binary_cross_entropy applies sigmoid itself")
      try expect(["model": "[{dense: {units: 3}}, sigmoid]"])
      try expect(["model": "[{dense: {units: 3, activation: softmax}}, {dense: {units: 3}}]"])
    }

    @Test func logarithmsOfProbabilitiesAreMissing() throws {
      let model = "[{dense: {units: 3}}]"
      try expect(
        ["model": model, "loss": "negative_log_likelihood"], "a.yaml:2:10: warning[W0188]")
      try expect(
        ["model": "[{dense: {units: 3}}, log_softmax]", "loss": "negative_log_likelihood"])
    }

    @Test func pointsAreNoClasses() throws {
      try expect(
        ["model": "[{dense: {units: 3}}]", "loss": "triplet", "metrics": "[accuracy]"],
        "warning[W0189]: accuracy compares classes")
      try expect(["model": "[{dense: {units: 3}}]", "loss": "triplet"])
    }

    @Test func branchesStandSideBySide() throws {
      let branches = "{branches: [{dense: {units: 2}}, {dense: {units: 1}}]}"
      let hidden = "{dense: {units: 4, activation: relu}}"
      try expect(["model": "[\(hidden), {parallel: \(branches)}]"])
      try expect(
        [
          "model":
            "[\(hidden), {parallel: {branches: [identity, {sequential: {layers: [{dense: {units: 2}}, "
            + "{dense: {units: 3}}]}}]}}, relu, {dense: {units: 3}}]"
        ], "H0184")
    }

    @Test func dropoutBeforeNormalization() throws {
      let model = { (layer: String) in
        "[{dense: {units: 4, bias: false}}, \(layer), batch_norm, relu, {dense: {units: 3}}]"
      }
      try expect(["model": model("{dropout: {rate: 0.2}}")], "W0182")
      try expect(["model": model("{dropout: {rate: 0}}")])
      try expect(["model": model("tanh")])
    }

    @Test func nothingBetweenDenseLayers() throws {
      try expect(["model": "[{dense: {units: 8}}, {dense: {units: 3}}]"], "hint[H0184]")
      try expect(
        [
          "model":
            "[{residual: {layers: [{dense: {units: 8}}, {dense: {units: 2}}]}}, {dense: {units: 3}}]"
        ], "H0184")
      try expect(["model": "[{dense: {units: 8}}, tanh, {dense: {units: 3}}]"])
    }

    @Test func biasBeforeNormalization() throws {
      try expect(
        ["model": "[{dense: {units: 8}}, batch_norm, relu, {dense: {units: 3}}]"],
        "H0185]: batch_norm takes the bias of dense away again; write `bias: false`")
      try expect([
        "model": "[{dense: {units: 8, activation: relu}}, batch_norm, {dense: {units: 3}}]"
      ])
      try expect([
        "model": "[{dense: {units: 8, bias: false}}, batch_norm, relu, {dense: {units: 3}}]"
      ])
    }

    @Test func piecesOfMaxout() throws {
      let model = { (units: Int) in
        "[{dense: {units: \(units), activation: {maxout: {pieces: 3}}}}, {dense: {units: 3}}]"
      }
      try expect(
        ["model": model(8)],
        "error[E0177]: dense makes 8 outputs, which are no groups of 3; 9 outputs would give 3")
      try expect(["model": model(9)])
    }

    @Test func penaltiesThatGiveNoZeros() throws {
      try expect(["regularizers": "[{l2: {strength: 0.1}}, {l1: {strength: 0.1}}]"], "H0186")
      try expect(
        ["regularizers": "[{elastic_net: {strength: 0.1}}]"], "elastic_net brings weights")
      try expect(["regularizers": "[{l1: {strength: 0.1}}]", "optimizer": "proximal_sgd"])
    }

    @Test(arguments: [
      ("{freeze: {parameters: [dense_1], from: 11}}", "nothing is frozen before epoch 11"),
      ("{unfreeze: {parameters: [dense_1], epoch: 11}}", "parameters stay frozen until epoch 11"),
      ("{swa: {from: 11}}", "nothing is averaged before epoch 11"),
    ])
    func epochsThatDoNotCome(_ callback: String, _ message: String) throws {
      try expect(
        ["callbacks": "[lr_monitor, \(callback)]"],
        "warning[W0187]: \(message), which does not come")
      try expect(["callbacks": "[\(callback.replacing("11", with: "10"))]"])
      try expect(["callbacks": "[{swa: {}}, {freeze: {parameters: [dense_1]}}]"])
    }

    @Test func imagesAreExpected() throws {
      let data = { (more: String, project: String, augment: String) in
        "{source: {csv: {path: a.csv, target: t\(more)}}, \(project)augment: [\(augment)]}"
      }
      try expect(
        ["data": data("", "", "horizontal_flip")],
        "E0178]: horizontal_flip changes images, but the table has no `shape`")
      try expect(["data": data(", shape: [1, 8, 8]", "", "horizontal_flip")])
      try expect(
        [
          "data": data(", shape: [1, 8, 8]", "project: {pca: {components: 5}}, ", "horizontal_flip")
        ], "but pca leaves none")
      try expect(["data": data("", "", "{feature_noise: {deviation: 0.1}}")])
    }

    @Test(arguments: [
      ("{multi_step: {milestones: [5, 10]}}", "the rate is to fall at epoch 10"),
      ("{multi_step: {milestones: [5, 9]}}", nil),
      ("{multi_step: {milestones: [500], unit: steps}}", nil),
      ("{cosine: {steps: 20, unit: epochs}}", "20 epochs does not come to its end"),
      ("{cosine: {steps: 5, unit: epochs}}", "ends after 5 epochs"),
      ("{cosine: {steps: 10, unit: epochs}}", nil), ("cosine", nil),
      ("{warmup: {steps: 10, unit: epochs}}", "is the whole run"),
      ("{step: {step_size: 10}}", "does not come"), ("{step: {step_size: 3}}", nil),
      (
        "{sequence: {milestones: [12], unit: epochs, schedules: [linear, cosine]}}",
        "from epoch 12 on"
      ),
    ])
    func lengthOfTheSchedule(_ schedule: String, _ message: String?) throws {
      let found = try findings(["schedule": schedule])
      #expect(found.count == (message == nil ? 0 : 1), "\(found)")
      if let message { #expect(found.first?.contains(message) == true, "\(found)") }
      if message != nil { #expect(found.first?.contains("warning[W0183]") == true) }
    }

    /// A package brings checks of its own with its bundle.
    private struct NoTanh: ConfigurationCheck {
      static let reads: Set<String> = ["model"]
      func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
        run.modelPlugins.filter { $0.plugin is Tanh }.map {
          run.diagnostic(.packageCheck, "tanh is out of fashion", atPath: $0.path)
        }
      }
    }

    @Test func packagesBringTheirOwn() throws {
      let bundle = PluginBundle("acme") {}.checking([NoTanh()])
      let found = try findings(
        ["model": "[{dense: {units: 8, activation: tanh}}, {dense: {units: 3}}]"], adding: [bundle])
      #expect(found == ["a.yaml:2:40: error[E0179]: tanh is out of fashion"])
    }
  }
}
