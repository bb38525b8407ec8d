import EspalierCPUBackend
import EspalierHost
import EspalierProtocols
import Foundation

// Plugins of an outside package that fail wherever a plugin can, in each of the ways.

/// How a plugin fails.
enum Way: String, Choice {
  case not
  /// With a complaint to the user, as it should.
  case complaint
  /// With a complaint that names no parameter and no remedy.
  case brief
  /// With an error of its own.
  case error
  /// With what Foundation throws.
  case foundation

  enum Trouble: Error { case outOf(String) }

  func fail(_ what: String) throws {
    switch self {
    case .not: return
    case .complaint:
      throw PluginError(
        "\(what) cannot be had in this way", parameter: "fails", remedy: "set `fails` to `not`")
    case .brief: throw PluginError("\(what) cannot be had")
    case .error: throw Trouble.outOf(what)
    case .foundation: _ = try String(contentsOfFile: "/nowhere/\(what).txt", encoding: .utf8)
    }
  }
}

struct AcmeSource: EspalierProtocols.Source {
  static let manifest = Manifest("acme_source", "a line, or trouble")
  @Parameter("how it fails when it is opened") var fails: Way = .not
  @Parameter("how it fails when it is read") var readingFails: Way = .not
  @Parameter("the first sample that cannot be read", in: 0...) var broken = 0
  func open(_ context: SourceContext) throws -> any Dataset {
    try fails.fail("the file")
    let line = try Line().open(context)
    return readingFails == .not ? line : Broken(base: line, fails: readingFails, first: broken)
  }

  struct Broken: Dataset {
    let base: any Dataset
    let fails: Way
    let first: Int
    var description: DataDescription { base.description }
    var count: Int { base.count }
    func read(
      _ rows: UnsafeBufferPointer<Int>, features: UnsafeMutablePointer<Float>,
      targets: UnsafeMutablePointer<Float>?
    ) throws {
      if rows.contains(where: { $0 >= first }) { try fails.fail("a sample") }
      try base.read(rows, features: features, targets: targets)
    }
    func allTargets() throws -> [Float] { try base.allTargets() }
  }
}

struct AcmeScale: Normalizer {
  static let manifest = Manifest("acme_scale", "x · 2, or trouble")
  @Parameter("how it fails") var fails: Way = .not
  func fit(_ samples: TrainingSamples) throws -> any Transform {
    try fails.fail("the mean")
    return try Shifted(factor: 2).fit(samples)
  }
  func restore(_ state: [String: TransformState], sampleShape: Shape) throws -> any Transform {
    try Shifted(factor: 2).restore(state, sampleShape: sampleShape)
  }
}

struct AcmeTurn: Projection {
  static let manifest = Manifest("acme_turn", "trouble")
  @Parameter("how it fails") var fails: Way = .not
  func fit(_ samples: TrainingSamples) throws -> any Transform {
    try fails.fail("the axis")
    return Total.Map()
  }
  func restore(_ state: [String: TransformState], sampleShape: Shape) -> any Transform {
    Total.Map()
  }
}

struct AcmeJitter: Augmentation {
  static let manifest = Manifest("acme_jitter", "nothing, or trouble")
  @Parameter("how it fails") var fails: Way = .not
  func check(_ shape: Shape) throws { try fails.fail("noise for \(shape)") }
  func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {}
}

struct AcmeDrawn: Initializer {
  static let manifest = Manifest("acme_drawn", "too few numbers, or trouble")
  @Parameter("how it fails") var fails: Way = .not
  func values(for parameter: ParameterDescription, random: inout CounterRandom) throws -> [Float] {
    try fails.fail("first values")
    return [1]
  }
}

/// Adds more rows than there are.
struct AcmeMistaken: Activation {
  static let manifest = Manifest("acme_mistaken", "x + 0, of another shape")
  func callAsFunction(_ x: Tensor) -> Tensor {
    x + x.recorder.constant(0).broadcast(to: [x.shape[0] + 1, 7])
  }
}

struct AcmeDense: Layer {
  static let manifest = Manifest("acme_dense", "x W, or trouble")
  @Parameter("how it fails") var fails: Way = .not
  @Component("first values") var initializer: any Initializer = Drawn()
  @Component("applied to the output") var activation: (any Activation)?
  func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try fails.fail("the product")
    let weight = scope.parameter(
      "weight", [x.shape[-1], 1], initial: .drawn(initializer, fanIn: x.shape[-1], fanOut: 1))
    return scope.activate(matmul(x, weight), activation)
  }
}

/// Layers within a layer.
struct AcmeBlock: Layer {
  static let manifest = Manifest("acme_block", "its layers")
  @Component("what it is made of") var layers: [any Layer]
  func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try scope.apply(layers, to: x)
  }
}

struct AcmeLoss: Loss {
  static let manifest = Manifest("acme_loss", "mean (x − y)², or trouble")
  static let task = LearningTask.regression
  @Parameter("how it fails") var fails: Way = .not
  @Parameter("whether it takes the mean") var mean = true
  func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws -> Tensor {
    try fails.fail("the difference")
    let squares = square(output - target)
    return mean ? squares.mean() : squares
  }
}

struct AcmePenalty: Regularizer {
  static let manifest = Manifest("acme_penalty", "a sum of the wrong shape")
  func penalty(_ parameter: Tensor) -> Tensor {
    parameter.recorder.constant(0).broadcast(to: [2])
      + parameter.recorder.constant(0).broadcast(to: [3])
  }
}

struct AcmeBackend: Backend {
  static let manifest = Manifest("acme_backend", "the processor, or trouble")
  static let optimizes = true
  @Parameter("how it fails to make memory") var fails: Way = .not
  @Parameter("how it fails to load") var loadingFails: Way = .not
  func makeMemory() throws -> any VariableMemory {
    try fails.fail("memory")
    return try CPUBackend().makeMemory()
  }
  func load(_ plan: Plan, memory: any VariableMemory) throws -> any Executable {
    try loadingFails.fail("the program")
    return try CPUBackend().load(plan, memory: memory)
  }
}

let failingCatalog = Result {
  try Catalog([
    PluginBundle("acme") {
      AcmeSource.self
      AcmeScale.self
      AcmeTurn.self
      AcmeJitter.self
      AcmeDrawn.self
      AcmeMistaken.self
      AcmeDense.self
      AcmeBlock.self
      AcmeLoss.self
      AcmePenalty.self
      AcmeBackend.self
    }.from(PluginOrigin(package: "AcmePlugins", version: "1.0.0")),
    PluginBundle("home") {
      Line.self
      Shifted.self
      Affine.self
      Drawn.self
      Squares.self
      Momentum.self
      Memo.self
    },
  ])
}
