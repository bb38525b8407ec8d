import EspalierProtocols

// A small set of plugins of every kind, named like real ones; only their declarations matter here.

struct TestIdentity: Activation {
  static let manifest = Manifest("identity", "x", aliases: ["linear"])
  func callAsFunction(_ x: Tensor) -> Tensor { x }
}
struct TestReLU: Activation {
  static let manifest = Manifest("relu", "max(x, 0)")
  func callAsFunction(_ x: Tensor) -> Tensor { x }
}
struct TestSiLU: Activation {
  static let manifest = Manifest("silu", "x · sigmoid(x)", aliases: ["swish"])
  func callAsFunction(_ x: Tensor) -> Tensor { x }
}
struct TestSoftmax: Activation {
  static let manifest = Manifest("softmax", "exp x / Σ exp x")
  func callAsFunction(_ x: Tensor) -> Tensor { x }
}
struct TestLeakyReLU: Activation {
  static let manifest = Manifest("leaky_relu", "x where x > 0, slope·x elsewhere")
  @Parameter("slope for negative inputs", in: 0...1) var slope: Float = 0.01
  func callAsFunction(_ x: Tensor) -> Tensor { x }
}

struct TestHeNormal: Initializer {
  static let manifest = Manifest("he_normal", "N(0, 2 / fan in)")
  func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] { [] }
}
struct TestXavierNormal: Initializer {
  static let manifest = Manifest("xavier_normal", "N(0, 2 / (in + out))")
  func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] { [] }
}
struct TestXavierUniform: Initializer {
  static let manifest = Manifest("xavier_uniform", "±√(6 / (in + out))")
  @Parameter("factor on the range", in: Bounds.positive) var gain: Float = 1
  func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] { [] }
}

struct TestDense: Layer {
  static let manifest = Manifest("dense", "x·W + b", sample: "dense: {units: 64}")
  @Parameter("number of outputs", in: 1...) var units: Int
  @Parameter("whether a bias is added") var bias = true
  @Component("applied to the outputs") var activation: any Activation = TestIdentity()
  @Component("first values of the weights") var initializer: (any Initializer)?
  func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor { x }
}
struct TestConv: Layer {
  enum Padding: String, Choice { case same, valid }
  static let manifest = Manifest("conv2d", "convolution", sample: "conv2d: {channels: 8}")
  @Parameter("number of output channels", in: 1...) var channels: Int
  @Parameter("height and width of the kernel", in: 1..., unit: "pixels") var kernel: [Int] = [3]
  @Parameter("what happens at the border") var padding: Padding = .valid
  func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor { x }
}
struct TestDropout: Layer {
  static let manifest = Manifest("dropout", "zeroes a share of its inputs in training")
  @Parameter("share that is zeroed", in: 0..<1) var rate: Double = 0.5
  func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor { x }
}
struct TestBatchNorm: Layer {
  static let manifest = Manifest("batch_norm", "(x − mean) / deviation over the batch")
  @Parameter("share of the new batch in the running statistics", in: Bounds.share)
  var momentum: Double = 0.1
  func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor { x }
}
struct TestFlatten: Layer {
  static let manifest = Manifest("flatten", "one axis for all but samples")
  func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor { x }
}
struct TestResidual: Layer {
  static let manifest = Manifest(
    "residual", "F(x) + x", sample: "residual: {layers: [{dense: {units: 8}}]}")
  @Component("the branch beside the shortcut") var layers: [any Layer]
  @Component("applied to the sum") var activation: (any Activation)? = TestReLU()
  func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor { x }
}

struct TestSGD: Optimizer {
  static let manifest = Manifest("sgd", "w − η·g")
  @Parameter("step size", in: Bounds.positive) var learningRate: Double = 0.01
  @Parameter("share of the last step that is kept", in: 0..<1) var momentum: Double = 0
  @Parameter("look ahead along the last step") var nesterov = false
  func validate() throws {
    if nesterov && momentum == 0 {
      throw PluginError("nesterov needs a momentum above 0", parameter: "nesterov")
    }
  }
  func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor { parameter }
}
struct TestAdam: Optimizer {
  static let manifest = Manifest("adam", "η·m̂ / (√v̂ + ε)")
  @Parameter("step size", in: Bounds.positive) var learningRate: Double = 0.001
  @Parameter("decay of the mean of gradients", in: 0..<1) var beta1: Double = 0.9
  @Parameter("decay of the mean of squares", in: 0..<1) var beta2: Double = 0.999
  @Parameter("keeps the division finite", in: Bounds.positive) var epsilon: Double = 1e-8
  func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor { parameter }
}
struct TestAdamW: Optimizer {
  static let manifest = Manifest("adamw", "Adam with decay apart from the gradient")
  @Parameter("step size", in: Bounds.positive) var learningRate: Double = 0.001
  @Parameter("share of a weight that is taken off a step", in: 0...) var weightDecay: Double = 0.01
  func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor { parameter }
}

struct TestCosine: Scheduler {
  static let manifest = Manifest("cosine", "half a cosine down")
  @Parameter("rate at the end, as a share of the first", in: 0...1) var floor: Double = 0
  @Parameter("what the length is counted in") var unit: ScheduleUnit = .epochs
  func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double { base }
}
struct TestWarmup: Scheduler {
  static let manifest = Manifest(
    "warmup", "a rise, then another schedule", sample: "warmup: {steps: 100}")
  @Parameter("length of the rise", in: 1..., unit: "steps") var steps: Int
  @Component("the schedule after the rise") var then: (any Scheduler)?
  func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double { base }
}
struct TestPlateau: Scheduler {
  static let manifest = Manifest("plateau", "lower when a result stands still")
  @Parameter("the result that is watched") var monitor: String? = "validation_loss"
  func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double { base }
}

struct TestCrossEntropy: Loss {
  static let manifest = Manifest("cross_entropy", "−Σ t·log softmax(x)")
  static let task = LearningTask.classification
  @Parameter("share of certainty that is spread over all classes", in: 0..<1)
  var labelSmoothing: Double = 0
  @Parameter("factor of each class, by its name", in: 0...) var classWeights: [String: Double] = [:]
  func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) -> Tensor {
    output
  }
}
struct TestMeanSquaredError: Loss {
  static let manifest = Manifest("mean_squared_error", "mean of (x − t)²", aliases: ["mse"])
  static let task = LearningTask.regression
  func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) -> Tensor {
    output
  }
}

struct TestL2: Regularizer {
  static let manifest = Manifest("l2", "½λ·Σw²", sample: "l2: {strength: 1e-4}")
  @Parameter("the factor λ", in: 0...) var strength: Double
  func penalty(_ parameter: Tensor) -> Tensor { parameter }
}

struct TestEarlyStopping: Callback {
  static let manifest = Manifest("early_stopping", "ends a run that no longer improves")
  @Parameter("epochs without improvement that are endured", in: 0..., unit: "epochs") var patience =
    10
  @Parameter("the result that is watched") var monitor: String? = "validation_loss"
}
struct TestClipping: Callback {
  static let manifest = Manifest("gradient_clipping", "limits the norm of gradients")
  @Parameter("largest norm", in: Bounds.positive) var norm: Double? = nil
}
struct TestFlooding: Callback {
  static let manifest = Manifest(
    "flooding", "|loss − level| + level", sample: "flooding: {level: 0.02}")
  @Parameter("the loss that is not gone below", in: 0...) var level: Double
}

struct NoAccumulator: MetricAccumulator {
  var state: [Double] = []
  func update(_ batch: MetricBatch) {}
  func result() -> MetricResult { .number(0) }
  func reset() {}
}
struct TestAccuracy: Metric {
  static let manifest = Manifest("accuracy", "share of right answers")
  static let task = LearningTask.classification
  func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator { NoAccumulator() }
}
struct TestF1: Metric {
  enum Average: String, Choice { case micro, macro, weighted }
  static let manifest = Manifest("f1", "harmonic mean of precision and recall")
  static let task = LearningTask.classification
  @Parameter("how classes are put together") var average: Average = .macro
  func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator { NoAccumulator() }
}
struct TestRSquared: Metric {
  static let manifest = Manifest("r2", "share of the variance that is explained")
  static let task = LearningTask.regression
  func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator { NoAccumulator() }
}

struct TestCSV: Source {
  static let manifest = Manifest(
    "csv", "a table in a text file", sample: "csv: {path: data.csv, target: label}")
  @Parameter("the file") var path: FilePath
  @Parameter("column or columns to predict") var target: [String]
  @Parameter("what stands between values") var separator = ","
  func open(_ context: SourceContext) throws -> any Dataset { throw PluginError("no data here") }
}
struct TestBlobs: Source {
  static let manifest = Manifest("synthetic", "samples that are made up")
  @Parameter("number of samples", in: 1...) var samples = 1000
  func open(_ context: SourceContext) throws -> any Dataset { throw PluginError("no data here") }
}

struct TestStandardize: Normalizer {
  static let manifest = Manifest("standardize", "(x − mean) / deviation")
  func fit(_ samples: TrainingSamples) throws -> any Transform { throw PluginError("no data") }
  func restore(_ state: [String: TransformState], sampleShape: Shape) throws -> any Transform {
    throw PluginError("no data")
  }
}
struct TestMinMax: Normalizer {
  static let manifest = Manifest("min_max", "onto a range")
  @Parameter("least value") var low: Double = 0
  @Parameter("largest value") var high: Double = 1
  func validate() throws {
    guard low < high else { throw PluginError("low must be below high", parameter: "low") }
  }
  func fit(_ samples: TrainingSamples) throws -> any Transform { throw PluginError("no data") }
  func restore(_ state: [String: TransformState], sampleShape: Shape) throws -> any Transform {
    throw PluginError("no data")
  }
}
struct TestPCA: Projection {
  static let manifest = Manifest("pca", "the directions of most variance")
  @Parameter("components that are kept", in: 1...) var components: Int? = nil
  func fit(_ samples: TrainingSamples) throws -> any Transform { throw PluginError("no data") }
  func restore(_ state: [String: TransformState], sampleShape: Shape) throws -> any Transform {
    throw PluginError("no data")
  }
}
struct TestNoise: Augmentation {
  static let manifest = Manifest("feature_noise", "noise on every feature")
  @Parameter("standard deviation", in: 0...) var deviation: Double = 0.1
  func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {}
}
struct TestBackend: Backend {
  static let manifest = Manifest("cpu", "the processor")
  static let optimizes = true
  func makeMemory() throws -> any VariableMemory { throw PluginError("none") }
  func load(_ plan: Plan, memory: any VariableMemory) throws -> any Executable {
    throw PluginError("none")
  }
}

let testCatalog: Catalog = {
  let bundle = PluginBundle("test") {
    TestIdentity.self
    TestReLU.self
    TestSiLU.self
    TestSoftmax.self
    TestLeakyReLU.self
    TestHeNormal.self
    TestXavierNormal.self
    TestXavierUniform.self
    TestDense.self
    TestConv.self
    TestDropout.self
    TestBatchNorm.self
    TestFlatten.self
    TestResidual.self
    TestSGD.self
    TestAdam.self
    TestAdamW.self
    TestCosine.self
    TestWarmup.self
    TestPlateau.self
    TestCrossEntropy.self
    TestMeanSquaredError.self
    TestL2.self
    TestEarlyStopping.self
    TestClipping.self
    TestFlooding.self
    TestAccuracy.self
    TestF1.self
    TestRSquared.self
    TestCSV.self
    TestBlobs.self
    TestStandardize.self
    TestMinMax.self
    TestPCA.self
    TestNoise.self
    TestBackend.self
  }
  do { return try Catalog([bundle, outsideBundle]) } catch { return Catalog() }
}()
