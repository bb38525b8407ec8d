import Espalier
import EspalierExport
import EspalierFormats
import EspalierProtocols
import Testing

/// Runs with each layer, activation and loss, exported and compared with themselves.
@Suite struct LayerExportTests {
  /// Layers by the shape of the samples that they get.
  static let layers: [String: [String]] = [
    "[6]": [
      "{dense: {units: 5, bias: false}}", "batch_norm", "{batch_norm: {affine: false}}",
      "layer_norm",
      "rms_norm", "{dropout: {rate: 0.5}}", "{drop_connect: {units: 5}}",
      "{gaussian_noise: {deviation: 0.1}}", "flatten", "{reshape: {shape: [2, 3]}}",
      "{residual: {layers: [{dense: {units: 4, activation: relu}}]}}",
      "{sequential: {layers: [{dense: {units: 4}}, tanh]}}",
      "{repeat: {times: 2, layers: [{dense: {units: 4}}]}}",
      "{parallel: {branches: [{dense: {units: 4}}, identity]}}",
    ],
    "[4, 5]": [
      "{lstm: {units: 3}}", "{lstm: {units: 3, output: sequence, bias: false}}",
      "{gru: {units: 3}}",
      "{gru: {units: 3, output: sequence}}", "{rnn: {units: 3}}",
      "{rnn: {units: 3, activation: relu, output: sequence}}",
      "{bidirectional: {layer: {gru: {units: 3}}}}",
      "{bidirectional: {layer: {lstm: {units: 3, output: sequence}}}}", "attention",
      "{attention: {heads: 5, causal: true, bias: false}}", "{permute: {axes: [2, 1]}}",
      "positional_encoding", "{positional_encoding: {kind: learned}}",
      "{transformer_block: {heads: 5, feed_forward: 7, activation: gelu}}",
      "{transformer_block: {norm: post, causal: true}}", "{conv1d: {filters: 3, kernel: 2}}",
      "{conv1d: {filters: 4, kernel: 3, stride: 2, padding: same, groups: 2}}",
      "{max_pool: {size: 2}}", "{average_pool: {size: 3, stride: 1, padding: same}}",
      "{upsample: {factor: 2}}", "global_average_pool", "layer_norm", "{layer_norm: {axes: 2}}",
      "{dense: {units: 3}}",
    ],
    "[2, 7, 6]": [
      "{conv2d: {filters: 3, kernel: 3}}",
      "{conv2d: {filters: 4, kernel: [3, 2], stride: [2, 1], padding: [1, 0], groups: 2}}",
      "{conv2d: {filters: 3, kernel: 3, dilation: 2, padding: same, bias: false, activation: relu}}",
      "{transposed_conv2d: {filters: 3, kernel: 2, stride: 2}}",
      "{transposed_conv2d: {filters: 4, kernel: 3, stride: 2, padding: 1, output_padding: 1, groups: 2}}",
      "{transposed_conv2d: {filters: 3, kernel: [3, 2], stride: [3, 1], dilation: [1, 2]}}",
      "{max_pool: {size: 2}}", "{max_pool: {size: 2, stride: 4, partial: true}}",
      "{max_pool: {size: 3, stride: 2, padding: 1}}",
      "{max_pool: {size: 2, stride: 1, dilation: 2}}",
      "{max_pool: {size: 3, stride: 1, padding: 1, dilation: 2}}", "{average_pool: {size: 2}}",
      "{average_pool: {size: 3, stride: 2, padding: 1}}",
      "{average_pool: {size: 3, stride: 2, padding: 1, counts_padding: false}}",
      "global_average_pool", "global_max_pool", "{upsample: {factor: [2, 3]}}", "batch_norm",
      "instance_norm", "{group_norm: {groups: 2}}", "rms_norm",
      "{residual: {layers: [{conv2d: {filters: 2, kernel: 3, padding: same}}], activation: relu}}",
      "{residual: {layers: [{conv2d: {filters: 4, kernel: 1, stride: 2}}], shortcut_normalization: batch_norm}}",
    ],
  ]

  static func config(
    _ layer: String, shape: String = "[6]", kind: String = "measured", more: String = ""
  ) -> String {
    """
    data:
      source: {points: {shape: \(shape), kind: \(kind)}}
      \(more)
    model: [\(layer), flatten, {dense: {units: 3}}]
    loss: cross_entropy
    """
  }

  @Test(arguments: layers.flatMap { shape, all in all.map { (shape, $0) } })
  func layer(_ shape: String, _ layer: String) throws {
    try checkExport(of: trained(Self.config(layer, shape: shape)))
  }

  @Test(arguments: [
    "{embedding: {count: 5, size: 3}}", "{embedding: {count: 5, size: 2, padding: 1}}",
  ])
  func embedding(_ layer: String) throws {
    try checkExport(of: trained(Self.config(layer, kind: "whole")), .whole)
  }

  /// A layer that is added must be added here, or refused with a reason.
  @Test func allLayersAreTried() throws {
    let tried = Self.layers.values.joined().joined() + "embedding"
    for entry in try defaultCatalog().all(of: .layer) {
      #expect(tried.contains(entry.name), "\(entry.name) is not tried")
    }
  }

  @Test(arguments: samples(.activation))
  func activation(_ sample: String) throws {
    try checkExport(of: trained(Self.config("{dense: {units: 6}}, \(sample)")))
  }

  @Test func twoClassesOfOneProbability() throws {
    let model = try checkExport(
      of: trained(
        """
        data: {source: {points: {classes: 2}}}
        model: [{dense: {units: 1}}]
        loss: binary_cross_entropy
        """))
    #expect(model.graph.outputs.map(\.shape) == [[.named("N"), .fixed(2)], [.named("N")]])
  }

  @Test(arguments: ["hinge", "{focal: {gamma: 2}}", "{cross_entropy: {label_smoothing: 0.1}}"])
  func loss(_ loss: String) throws {
    try checkExport(
      of: trained(
        "data: {source: {points: {}}}\nmodel: [{dense: {units: 3}}]\nloss: \(loss)"))
  }

  /// The labels of the best path are an operation of the loss's own, which is written from ordinary ones.
  @Test func labelSequences() throws {
    let run = try trained(
      """
      data: {source: {points: {shape: [7, 5], sequences: true}}}
      model: [{dense: {units: 4}}]
      loss: ctc
      """)
    try withFolder { folder in
      let export = try run.exportONNX(to: folder + "/model.onnx")
      #expect(export.checkedSamples == 16 && export.note == nil)
      let model = try ONNXModel.read(folder + "/model.onnx")
      let samples = Points.samples(9, 35, .measured, seed: 11)
      let results = try ONNXInterpreter(model.graph).run([
        "features": ONNXValue([9, 7, 5], samples.flatMap { $0.map { Double($0) } })
      ])
      let found = try #require(results["predictions"]).elements
      let expected = try run.predict(samples).flatMap(\.values)
      #expect(found == expected.map { Double($0) })
      #expect(Set(expected).count == 4, "all labels and none are among them: \(expected)")
    }
  }

  @Test(arguments: ["standardize", "{min_max: {low: -1, high: 2}}", "robust", "center", "max_abs"])
  func valuesComeBackToTheirUnits(_ normalizer: String) throws {
    let run = try trained(
      """
      data: {source: {points: {classes: 0}}, target_normalize: \(normalizer)}
      model: [{dense: {units: 2}}]
      loss: mean_squared_error
      """)
    let model = try checkExport(of: run)
    #expect(model.graph.outputs.map(\.name) == ["values"])
    #expect(model[metadata: "values"] == "[\"height\",\"width\"]")
  }

  @Test func namesAreInTheFile() throws {
    let model = try checkExport(of: trained(Self.config("{dense: {units: 4}}")))
    #expect(model.version == 8)
    #expect(model.operators == 17)
    #expect(model.producer == "espalier")
    #expect(model[metadata: "classes"] == "[\"class_0\",\"class_1\",\"class_2\"]")
    #expect(model[metadata: "features"] == "[\"f0\",\"f1\",\"f2\",\"f3\",\"f4\",\"f5\"]")
    #expect(model.graph.inputs == [ONNXPort("features", .float, [.named("N"), .fixed(6)])])
    #expect(model.graph.outputs.map(\.name) == ["probabilities", "label"])
    // Weights keep their names, and products and convolutions take them as they are.
    #expect(
      model.graph.initializers.contains { $0.name == "dense_1.weight" && $0.shape == [4, 6] })
    #expect(!model.graph.nodes.contains { $0.kind == "Transpose" })
  }

  @Test func imagesNeedNoTransposition() throws {
    let model = try checkExport(
      of: trained(
        Self.config(
          "{conv2d: {filters: 3}}, batch_norm, relu, {max_pool: {size: 2}}", shape: "[2, 7, 6]")))
    #expect(model.graph.nodes.filter { $0.kind == "Conv" }.count == 1)
    #expect(!model.graph.nodes.contains { $0.kind == "Transpose" || $0.kind == "Expand" })
  }
}
