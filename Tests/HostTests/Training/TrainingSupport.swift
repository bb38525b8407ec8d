import EspalierCPUBackend
import EspalierHost
import EspalierProtocols
import Foundation

/// A line with noise: enough of a task that its loss falls.
struct Line: EspalierProtocols.Source {
  static let manifest = Manifest("line", "y = 2x₀ − x₁ + 1")
  @Parameter("samples", in: 1...) var samples = 22
  func open(_ context: SourceContext) throws -> any Dataset {
    var random = CounterRandom(seed: 3, stream: 1)
    let features = (0..<samples * 2).map { _ in random.normal() }
    return try ArrayDataset(
      DataDescription(sampleShape: [2], target: .values(["y"])), features: features,
      targets: (0..<samples).map { 2 * features[2 * $0] - features[2 * $0 + 1] + 1 })
  }
}

struct Affine: Layer {
  static let manifest = Manifest("affine", "xW + b")
  func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
    let weight = scope.parameter(
      "weight", [x.shape[-1], 1], initial: .drawn(Drawn(), fanIn: x.shape[-1], fanOut: 1))
    return matmul(x, weight) + scope.parameter("bias", [1], role: .bias, initial: .constant(0))
  }
}

struct Drawn: Initializer {
  static let manifest = Manifest("drawn", "normal")
  func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] {
    (0..<parameter.shape.count).map { _ in random.normal() }
  }
}

struct Squares: Loss {
  static let manifest = Manifest("squares", "mean (x − y)²")
  static let task = LearningTask.regression
  func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) -> Tensor {
    square(output - target).mean()
  }
}

/// Momentum, and decay of what decays: state and groups both count.
struct Momentum: Optimizer {
  static let manifest = Manifest("momentum", "v ← 0.9v + g; w ← w − rate·v")
  @Parameter("rate") var learningRate: Double = 0.05
  @Parameter("decay") var decay: Float = 0.01
  func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    let velocity = step.state("velocity")
    velocity.value = velocity.value * 0.9 + gradient
    let moved = parameter - velocity.value * step.rate
    return step.decays ? moved * (1 - decay) : moved
  }
}

/// Notes what happens to it, and remembers numbers of every kind.
struct Memo: Callback {
  static let manifest = Manifest("memo", "remembers")
  var remembered = CallbackMemory()
  var events: Set<Event> { [.batchEnd, .epochEnd] }
  var memory: CallbackMemory {
    get { remembered }
    set { remembered = newValue }
  }
  mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    if event == .batchEnd {
      remembered.lists["losses", default: []].append(run.batchLoss)
    } else {
      remembered.numbers["none"] = .nan
      remembered.numbers["far"] = -.infinity
      remembered.texts["said"] = "at \(run.epoch)"
      try run.saveCheckpoint("last")
    }
    return .proceed
  }
}

/// Turns the loss or the gradients around.
struct Changed: Callback {
  static let manifest = Manifest("changed", "factors")
  var loss: Float = 1
  var gradients: Float = 1
  func transform(loss: Tensor, _ context: StepContext) -> Tensor { loss * self.loss }
  func transform(gradients: inout Gradients, _ context: StepContext) {
    gradients.map { $0 * self.gradients }
  }
}

let trainingCatalog: Catalog = {
  let bundle = PluginBundle("training_test") {
    Line.self
    Affine.self
    Squares.self
    Momentum.self
    Memo.self
    Changed.self
  }
  do { return try Catalog([bundle]) } catch { return Catalog() }
}()

let trainingDefaults = HostDefaults(backend: CPUBackend())

func lineConfiguration(epochs: Int = 3, callbacks: [any Callback] = []) -> RunConfiguration {
  var run = RunConfiguration()
  run.name = "line"
  run.data.source = Line()
  run.data.split.validation = 0.25
  run.model = [Affine()]
  run.loss = Squares()
  run.optimizer = Momentum()
  run.callbacks = callbacks
  run.training.epochs = epochs
  run.training.batchSize = 5
  run.training.workers = 0
  run.training.threads = 1
  return run
}

/// Trains the line, with hooks, and without a folder unless one is named.
@discardableResult
func trainLine(
  in folder: String? = nil, epochs: Int = 3, callbacks: [any Callback] = [],
  hooks: [any Callback] = [], force: Bool = false
) throws -> TrainingResult {
  var options = TrainingOptions()
  options.output = folder
  options.writesFolder = folder != nil
  options.force = force
  options.hooks = hooks
  return try Training.run(
    lineConfiguration(epochs: epochs, callbacks: callbacks), catalog: trainingCatalog,
    defaults: trainingDefaults, options: options)
}

/// What hooks saw; they run on the thread of the run.
final class Notes<Value>: @unchecked Sendable {
  var all: [Value] = []
}

/// The weights after a run with these callbacks and hooks.
func finalWeights(callbacks: [any Callback] = [], hooks: [any Callback] = []) throws -> [Float] {
  let notes = Notes<[Float]>()
  let last = Hook(.runEnd) { run in
    notes.all.append(try run.parameter("affine_1.weight") + run.parameter("affine_1.bias"))
    return .proceed
  }
  try trainLine(callbacks: callbacks, hooks: hooks + [last])
  return notes.all.last ?? []
}
