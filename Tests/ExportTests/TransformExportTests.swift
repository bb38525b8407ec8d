import Espalier
import EspalierExport
import EspalierFormats
import EspalierProtocols
import Foundation
import Testing

/// Runs with each transform, exported and compared with themselves.
@Suite struct TransformExportTests {
  private func check(_ more: String, shape: String = "[6]", kind: Points.Kind = .measured) throws {
    let config = LayerExportTests.config(
      "{dense: {units: 4}}", shape: shape, kind: kind.rawValue, more: more)
    try checkExport(of: trained(config), kind)
  }

  @Test(arguments: samples(.normalizer), ["[6]", "[2, 3, 3]"])
  func normalizer(_ sample: String, _ shape: String) throws {
    try check("normalize: [{\(braced(sample))}]", shape: shape)
  }

  @Test(arguments: ["l1", "l2", "max"]) func unitNorm(_ norm: String) throws {
    try check("normalize: [{unit_norm: {norm: \(norm)}}]")
  }

  @Test(arguments: samples(.selector)) func selector(_ sample: String) throws {
    try check("select: [{\(braced(sample))}]")
  }

  @Test(arguments: samples(.projection)) func projection(_ sample: String) throws {
    try check("project: [{\(braced(sample))}]")
  }

  @Test func whiteningOfImages() throws {
    try check("normalize: [standardize]\n  project: [zca_whitening]", shape: "[2, 3, 3]")
  }

  /// Those that need a table without gaps come behind one that fills them.
  @Test(arguments: samples(.cleaner)) func cleaner(_ sample: String) throws {
    try check("clean: [{\(braced(sample))}, missing_values]", kind: .untidy)
  }

  @Test(
    arguments: [
      "{missing_values: {strategy: median, indicators: true}}",
      "{missing_values: {strategy: constant, value: -2, features: [f0, f3]}}, missing_values",
      "{outliers: {rule: z, action: clip}}, missing_values",
      "{outliers: {rule: iqr, action: missing}}, {missing_values: {strategy: mean}}",
      "{outliers: {action: drop}}, missing_values", "missing_values, {one_hot: {unknown: error}}",
      "missing_values, one_hot, {outliers: {rule: z}}",
    ]) func cleaners(_ list: String) throws
  {
    try check("clean: [\(list)]\n  normalize: [standardize]", kind: .untidy)
  }

  @Test func allTogether() throws {
    try check(
      """
      clean: [{missing_values: {indicators: true}}, one_hot]
        select: [variance_threshold]
        normalize: [standardize, unit_norm]
        project: [{pca: {components: 4}}]
      """, kind: .untidy)
  }

  /// A sample as the inside of braces: `{a: 1}`, `a: 1` and `a` are all written so.
  private func braced(_ sample: String) -> String {
    let inner = sample.hasPrefix("{") ? String(sample.dropFirst().dropLast()) : sample
    return inner.contains(":") ? inner : inner + ": {}"
  }

  // MARK: Without transforms, and refused

  private let config = LayerExportTests.config(
    "{dense: {units: 4}}", more: "normalize: [standardize]")

  @Test func withoutTransforms() throws {
    try withFolder { folder in
      let path = folder + "/model.onnx"
      let run = try trained(
        """
        data:
          source: {points: {classes: 0}}
          project: [{pca: {components: 2}}]
          target_normalize: standardize
        model: [{dense: {units: 2}}]
        loss: mean_squared_error
        """)
      let export = try run.exportONNX(to: path, transforms: false)
      #expect(export.inputs == ["features [N×2]"])
      #expect(export.outputs == ["values [N×2]"])
      let graph = try ONNXModel.read(path).graph
      let result = try ONNXInterpreter(graph).run(["features": ONNXValue([1, 2], [0, 0])])
      // Nothing but the network: at zero it gives its offsets.
      let bias = try #require(graph.initializers.first { $0.name == "dense_1.bias" })
      #expect(ONNXTensor.Values.floats(result["values"]!.elements.map { Float($0) }) == bias.values)
    }
  }

  /// A normalizer of which no recording exists.
  struct Secret: Normalizer {
    static let manifest = Manifest("secret", "half of every number")
    struct Half: Transform {
      let outputShape: Shape
      let recording: (@Sendable (Tensor) -> Tensor)?
      var state: [String: TransformState] { [:] }
      func apply(
        _ input: UnsafeBufferPointer<Float>, count: Int,
        to output: UnsafeMutableBufferPointer<Float>
      ) {
        for place in input.indices { output[place] = input[place] / 2 }
      }
      func recorded(_ samples: Tensor) -> Tensor? { recording?(samples) }
    }
    let recording: (@Sendable (Tensor) -> Tensor)?

    init() { recording = nil }
    init(_ recording: @escaping @Sendable (Tensor) -> Tensor) { self.recording = recording }

    func fit(_ samples: TrainingSamples) -> any Transform {
      Half(outputShape: samples.description.sampleShape, recording: recording)
    }
    func restore(_ state: [String: TransformState], sampleShape: Shape) -> any Transform {
      Half(outputShape: sampleShape, recording: recording)
    }
  }

  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "accepted"
  }

  private func run(_ normalizer: Secret) throws -> Run {
    let run = try Run("secret") {
      InMemory(features: (0..<30).map { [Float($0), 1] }, labels: (0..<30).map { $0 % 2 })
      normalizer
      Model { Dense(2) }
      CrossEntropy()
      Adam(learningRate: 0.01)
      TrainingSettings(epochs: 1)
    }
    run.options.writesFolder = false
    try run.fit()
    return run
  }

  @Test func aTransformWithoutRecordingIsNamed() throws {
    try withFolder { folder in
      let run = try run(Secret())
      let text = message { try run.exportONNX(to: folder + "/model.onnx") }
      #expect(text.contains("secret: the transform cannot be recorded"))
      #expect(text.contains("--without-transforms"))
      #expect(!FileManager.default.fileExists(atPath: folder + "/model.onnx"))
      try run.exportONNX(to: folder + "/model.onnx", transforms: false)
    }
  }

  /// The check must notice what is not the same, and leave no file.
  @Test func aWrongRecordingIsFound() throws {
    try withFolder { folder in
      let run = try run(Secret { $0 * 0.51 })
      let text = message { try run.exportONNX(to: folder + "/model.onnx") }
      #expect(text.contains("the file would predict"), "\(text)")
      #expect(!FileManager.default.fileExists(atPath: folder + "/model.onnx"))
      try self.run(Secret { $0 * 0.5 }).exportONNX(to: folder + "/model.onnx")
    }
  }

  @Test func viewsAreRefusedUnlessLeftOut() throws {
    try withFolder { folder in
      let run = try trained(
        LayerExportTests.config(
          "{conv2d: {filters: 2}}", shape: "[1, 5, 5]", more: "test_time: {views: [flips]}"))
      let text = message { try run.exportONNX(to: folder + "/model.onnx") }
      #expect(text.contains("`data.test_time`") && text.contains("--without-views"), "\(text)")
      try run.exportONNX(to: folder + "/model.onnx", views: false)
    }
  }

  @Test func anUnwritableFileIsNamed() throws {
    let run = try trained(config)
    let text = message { try run.exportONNX(to: "/no/such/folder/model.onnx") }
    #expect(text.contains("/no/such/folder/model.onnx: cannot be written"), "\(text)")
  }
}
