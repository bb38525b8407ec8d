import Espalier
import EspalierConformance
import EspalierFormats
import Foundation
import Testing

/// Every built-in plugin goes through the checks that authors of others are given.
@Suite struct BuiltInTests {
  static let catalog = Result { try defaultCatalog() }

  /// The names of all plugins of a kind, but for those that need to be told more than their sample.
  static func names(_ kind: PluginKind, without others: Set<String> = []) -> [String] {
    ((try? catalog.get().all(of: kind)) ?? []).map(\.name).filter { !others.contains($0) }
  }

  /// The plugin that a built-in plugin's sample makes.
  static func plugin<Kind>(_ kind: PluginKind, _ name: String, as type: Kind.Type) throws -> Kind {
    let entry = try #require(try catalog.get().find(kind, name))
    return try #require(try made(entry.type) as? Kind)
  }

  private static func made<P: Plugin>(_ type: P.Type) throws -> any Plugin {
    try sample(of: type)
  }

  @Test func samples() throws {
    let entries = try Self.catalog.get().entries
    #expect(entries.count >= 100)
    for entry in entries { try checkSample(of: entry.type) }
    // The catalog refuses a name twice within a kind; a bundle twice is that for all of it.
    #expect(throws: PluginError.self) { try defaultCatalog(adding: builtInBundles) }
  }

  // MARK: Models

  @Test(arguments: names(.activation)) func activation(_ name: String) throws {
    let activation = try Self.plugin(.activation, name, as: (any Activation).self)
    try checkGradients(of: activation)
    try checkRoundTrip(of: activation)
  }

  // These give what is no feature for a layer to learn from: shares of a row, or their logarithms.
  @Test(arguments: names(.activation, without: ["softmax", "log_softmax"]))
  func activationLearns(_ name: String) throws {
    let activation = try Self.plugin(.activation, name, as: (any Activation).self)
    try checkConvergence(of: activation)
    try checkDeterminism(of: activation)
  }

  /// Layers that take neither a table nor an image: sequences, or numbers of classes.
  static let sequenceLayers: Set = [
    "attention", "bidirectional", "conv1d", "gru", "lstm", "permute", "positional_encoding", "rnn",
    "transformer_block",
  ]

  @Test(
    arguments: names(
      .layer, without: sequenceLayers.union(["reshape", "residual", "embedding", "parallel"])))
  func layer(_ name: String) throws {
    let layer = try Self.plugin(.layer, name, as: (any Layer).self)
    try checkGradients(of: layer)
    try checkConvergence(of: layer)
    try checkDeterminism(of: layer)
    try checkRoundTrip(of: layer)
  }

  @Test(arguments: sequenceLayers.sorted()) func sequenceLayer(_ name: String) throws {
    let layer = try Self.plugin(.layer, name, as: (any Layer).self)
    try checkGradients(of: layer, shapes: [[2, 3, 4]])
    try checkConvergence(of: layer, sampleShapes: [[3, 4]])
    try checkDeterminism(of: layer, sampleShapes: [[3, 4]])
    try checkRoundTrip(of: layer, sampleShapes: [[3, 4]])
  }

  @Test func parallel() throws {
    let features = try Self.plugin(.layer, "parallel", as: (any Layer).self)
    try checkGradients(of: features, shapes: [[3, 6]])
    try checkConvergence(of: features, sampleShapes: [[6]])
    let images = Parallel([Conv2D(2, kernel: 1), Conv2D(3, padding: .same)])
    try checkGradients(of: images, shapes: [[2, 2, 4, 4]])
    try checkDeterminism(of: images, sampleShapes: [[2, 6, 6]])
    try checkRoundTrip(of: images, sampleShapes: [[2, 6, 6]])
  }

  /// Vectors for the whole parts of numbers.
  private struct Whole: Layer {
    static let manifest = Manifest("whole", "embedding of the whole parts of |x|")
    func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
      try scope.apply(
        Embedding(9, size: 3), named: "embedding",
        to: minimum(floor(abs(x)), 8))
    }
  }

  @Test func embedding() throws {
    let sample = try Self.plugin(.layer, "embedding", as: (any Layer).self)
    #expect(sample.pluginName == "embedding")
    try checkGradients(of: Whole(), shapes: [[4, 6]])
    try checkConvergence(of: Whole(), sampleShapes: [[2, 6, 6]])
    try checkDeterminism(of: Whole(), sampleShapes: [[2, 6, 6]])
    try checkRoundTrip(of: Whole(), sampleShapes: [[2, 6, 6]])
  }

  @Test func reshape() throws {
    let layer = Reshape([3, 4])
    try checkGradients(of: layer, shapes: [[2, 12], [3, 2, 6]])
    try checkDeterminism(of: layer, sampleShapes: [[2, 6]])
    try checkRoundTrip(of: layer, sampleShapes: [[2, 6]])
  }

  @Test func residual() throws {
    let images = Residual([Conv2D(2, kernel: 3, padding: .same)], activation: Tanh())
    try checkGradients(of: images, shapes: [[2, 2, 4, 4]])
    try checkDeterminism(of: images, sampleShapes: [[2, 6, 6]])
    try checkRoundTrip(of: images, sampleShapes: [[2, 6, 6]])
    let features = Residual([Dense(5)])
    try checkGradients(of: features, shapes: [[3, 6]])
    try checkConvergence(of: features, sampleShapes: [[6]])
  }

  // Those without fill parameters of one form only.
  @Test(arguments: names(.initializer, without: ["pretrained", "dirac", "identity", "sparse"]))
  func initializer(_ name: String) throws {
    let initializer = try Self.plugin(.initializer, name, as: (any Initializer).self)
    try checkDeterminism(of: initializer)
    try checkRoundTrip(of: initializer)
  }

  @Test(arguments: ["identity", "sparse"]) func matrixInitializer(_ name: String) throws {
    let initializer = try Self.plugin(.initializer, name, as: (any Initializer).self)
    try checkDeterminism(of: initializer, shapes: [[6, 4], [5, 5]])
    try checkRoundTrip(of: initializer)
  }

  // Those whose width does not follow from a layer's size cannot keep signals of one size.
  @Test(
    arguments: names(
      .initializer,
      without: [
        "pretrained", "zeros", "constant", "normal", "truncated_normal", "uniform", "dirac",
        "identity", "sparse",
      ]))
  func initializerKeepsSignals(_ name: String) throws {
    let initializer = try Self.plugin(.initializer, name, as: (any Initializer).self)
    try checkConvergence(of: initializer, variance: 0.3...4.5)
  }

  // MARK: Learning

  // `ctc` learns sequences, whose output has an axis more; `triplet` gives points.
  @Test(arguments: names(.loss, without: ["ctc", "triplet"])) func loss(_ name: String) throws {
    let loss = try Self.plugin(.loss, name, as: (any Loss).self)
    try checkGradients(of: loss)
    try checkConvergence(of: loss)
    try checkDeterminism(of: loss)
    try checkRoundTrip(of: loss)
  }

  @Test(arguments: names(.regularizer)) func regularizer(_ name: String) throws {
    let regularizer = try Self.plugin(.regularizer, name, as: (any Regularizer).self)
    // These hold parts of a penalty fixed, which follow the parameter when it is moved a little.
    if !["adaptive_lasso", "spectral_norm"].contains(name) { try checkGradients(of: regularizer) }
    try checkDeterminism(of: regularizer)
    try checkRoundTrip(of: regularizer)
  }

  static let optimizers: [any Optimizer] = [
    SGD(learningRate: 0.1), SGD(learningRate: 0.02, momentum: 0.9),
    SGD(learningRate: 0.02, momentum: 0.9, nesterov: true), Adam(learningRate: 0.05),
    Adam(learningRate: 0.05, amsgrad: true), AdamW(learningRate: 0.05, weightDecay: 0),
    RMSProp(learningRate: 0.01), RMSProp(learningRate: 0.01, centered: true),
    Adagrad(learningRate: 0.5), Adamax(learningRate: 0.05), NAdam(learningRate: 0.02),
    RAdam(learningRate: 0.05), Adadelta(learningRate: 2), Lion(learningRate: 0.01),
    ProximalSGD(learningRate: 0.1, strength: 0), Rprop(learningRate: 0.01),
    LAMB(learningRate: 0.02), Muon(learningRate: 0.05, otherwise: SGD(learningRate: 0.1)),
    SAM(SGD(learningRate: 0.1)), Lookahead(SGD(learningRate: 0.1)),
    Only(["*"], SGD(learningRate: 0.1)), ParameterGroups([SGD(learningRate: 0.1)]),
    LBFGS(learningRate: 0.5, maxIterations: 4), Newton(damping: 0.1),
  ]

  @Test(arguments: optimizers.indices) func optimizer(_ index: Int) throws {
    let optimizer = Self.optimizers[index]
    try checkConvergence(of: optimizer)
    try checkDeterminism(of: optimizer)
    try checkRoundTrip(of: optimizer)
  }

  @Test func allOptimizersAreTried() {
    #expect(Set(Self.optimizers.map(\.pluginName)) == Set(Self.names(.optimizer)))
  }

  @Test(arguments: names(.scheduler)) func scheduler(_ name: String) throws {
    let scheduler = try Self.plugin(.scheduler, name, as: (any Scheduler).self)
    try checkDeterminism(of: scheduler)
    try checkRoundTrip(of: scheduler)
  }

  // MARK: Data

  @Test(arguments: names(.cleaner)) func cleaner(_ name: String) throws {
    let cleaner = try Self.plugin(.cleaner, name, as: (any Cleaner).self)
    try checkRoundTrip(of: cleaner)
  }

  @Test(arguments: names(.selector)) func selector(_ name: String) throws {
    let selector = try Self.plugin(.selector, name, as: (any FeatureSelector).self)
    try checkRoundTrip(of: selector)
  }

  @Test(arguments: names(.normalizer)) func normalizer(_ name: String) throws {
    let normalizer = try Self.plugin(.normalizer, name, as: (any Normalizer).self)
    try checkRoundTrip(of: normalizer)
  }

  @Test(arguments: names(.projection)) func projection(_ name: String) throws {
    let projection = try Self.plugin(.projection, name, as: (any Projection).self)
    try checkRoundTrip(of: projection)
  }

  @Test(arguments: names(.augmentation)) func augmentation(_ name: String) throws {
    let augmentation = try Self.plugin(.augmentation, name, as: (any Augmentation).self)
    try checkDeterminism(of: augmentation)
    try checkRoundTrip(of: augmentation)
  }

  @Test(arguments: names(.balancer, without: ["sample_weights"]))
  func balancer(_ name: String) throws {
    let balancer = try Self.plugin(.balancer, name, as: (any Balancer).self)
    try checkDeterminism(of: balancer)
    try checkRoundTrip(of: balancer)
  }

  // The file of its sample is not there; a small run of three parts trains on 28 samples.
  @Test func sampleWeights() throws {
    let path = NSTemporaryDirectory() + "espalier-\(UUID().uuidString).npy"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try NPY.write((0..<28).map { Float($0 % 5) }, shape: [28], to: path)
    try checkDeterminism(of: SampleWeights(FilePath(path)))
    try checkRoundTrip(of: SampleWeights(FilePath(path)))
  }

  @Test(arguments: names(.view)) func view(_ name: String) throws {
    let view = try Self.plugin(.view, name, as: (any View).self)
    try checkDeterminism(of: view)
    try checkRoundTrip(of: view)
  }

  @Test(arguments: names(.search)) func search(_ name: String) throws {
    let strategy = try Self.plugin(.search, name, as: (any SearchStrategy).self)
    try checkDeterminism(of: strategy)
    try checkRoundTrip(of: strategy)
  }

  @Test(arguments: Synthetic.Kind.allCases) func synthetic(_ kind: Synthetic.Kind) throws {
    try checkDeterminism(of: Synthetic(kind, samples: 50))
    try checkRoundTrip(of: Synthetic(kind, samples: 50))
  }

  // MARK: Runs

  // What these do is write, with the time of day, or display.
  @Test(arguments: names(.callback, without: ["checkpoint", "csv_log", "json_log", "progress"]))
  func callback(_ name: String) throws {
    let callback = try Self.plugin(.callback, name, as: (any Callback).self)
    try checkGradients(of: callback)
    try checkDeterminism(of: callback)
    try checkRoundTrip(of: callback)
  }

  // `of_head` is for models of several heads (HeadTests); a small run has one.
  @Test(arguments: names(.metric, without: ["of_head"])) func metric(_ name: String) throws {
    let metric = try Self.plugin(.metric, name, as: (any Metric).self)
    try checkRoundTrip(of: metric)
  }
}
