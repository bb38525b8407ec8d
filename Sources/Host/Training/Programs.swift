import EspalierCompiler
import EspalierFormats
import EspalierProtocols

/// A recorded program, planned, loaded, and bound to its inputs.
final class LoadedProgram {
  let plan: Plan
  let executable: any Executable
  private var pointers: [UnsafePointer<Float>]
  private let numbers: UnsafeMutablePointer<Float>
  private let outputs: [String: Int]

  init(_ program: Program, backend: any Backend, memory: any VariableMemory) throws {
    plan = Compiler.plan(program, optimizing: type(of: backend).optimizes)
    executable = try backend.load(plan, memory: memory)
    let names = program.inputs.map(\.name)
    // Every input has some memory from the start, in which those that are one number stay.
    numbers = .allocate(capacity: max(names.count, 1))
    numbers.initialize(repeating: 0, count: max(names.count, 1))
    pointers = names.indices.map { [numbers] in UnsafePointer(numbers + $0) }
    outputs = Dictionary(
      uniqueKeysWithValues: program.outputs.enumerated().map { ($1.name, $0) })
    rateSlot = names.firstIndex(of: StepPort.rate)
    numberSlot = names.firstIndex(of: StepPort.number)
    featureSlot = names.firstIndex(of: StepPort.features)
    targetSlot = names.firstIndex(of: StepPort.target)
    weightSlot = names.firstIndex(of: StepPort.weights)
    windowSlot = names.firstIndex(of: StepPort.windowSamples)
  }

  deinit { numbers.deallocate() }

  private let rateSlot: Int?
  private let numberSlot: Int?
  private let featureSlot: Int?
  private let targetSlot: Int?
  private let weightSlot: Int?
  private let windowSlot: Int?

  /// Samples of the batches whose gradients make one update, of a program that closes such a window.
  var windowSamples = 0 {
    didSet { if let windowSlot { numbers[windowSlot] = Float(windowSamples) } }
  }

  /// Runs once over a batch.
  func run(on batch: LoadedBatch, rate: Double, number: Int, update: Int? = nil, seed: UInt64)
    throws
  {
    try run(
      features: batch.features, targets: batch.targets, weights: batch.weights, rate: rate,
      number: number, update: update, seed: seed)
  }

  /// Runs once.
  ///
  /// - Parameters:
  ///   - number: the step's number from 1, from which random numbers are made.
  ///   - update: the update's number from 1; the step's unless given.
  func run(
    features: UnsafePointer<Float>?, targets: UnsafePointer<Float>?,
    weights: UnsafePointer<Float>? = nil, rate: Double, number: Int, update: Int? = nil,
    seed: UInt64
  ) throws {
    bind(features, targets, weights, rate: rate, number: update ?? number)
    try pointers.withUnsafeBufferPointer {
      try executable.run(inputs: $0, seed: seed, step: UInt64(number))
    }
  }

  /// Runs once over a batch, and adds the seconds of each kernel.
  /// - Returns: false where the backend cannot tell them.
  func run(
    on batch: LoadedBatch, rate: Double, number: Int, seed: UInt64, timing seconds: inout [Double]
  ) throws -> Bool {
    bind(batch.features, batch.targets, batch.weights, rate: rate, number: number)
    return try pointers.withUnsafeBufferPointer {
      try executable.run(inputs: $0, seed: seed, step: UInt64(number), timing: &seconds)
    }
  }

  private func bind(
    _ features: UnsafePointer<Float>?, _ targets: UnsafePointer<Float>?,
    _ weights: UnsafePointer<Float>?, rate: Double, number: Int
  ) {
    if let rateSlot { numbers[rateSlot] = Float(rate) }
    if let numberSlot { numbers[numberSlot] = Float(number) }
    if let featureSlot, let features { pointers[featureSlot] = features }
    if let targetSlot, let targets { pointers[targetSlot] = targets }
    if let weightSlot {
      guard let weights else {
        preconditionFailure("a step of weighted samples ran without weights")
      }
      pointers[weightSlot] = weights
    }
  }

  func output(_ name: String) -> UnsafeBufferPointer<Float>? {
    outputs[name].map { executable.output($0) }
  }

  func shape(ofOutput name: String) -> Shape? {
    outputs[name].map { plan.program.nodes[plan.program.outputs[$0].node].shape }
  }
}

extension VariableTable {
  /// Weights and running statistics: what a trained model is.
  var saved: [Variable] { variables.filter { $0.role.isLearned || $0.role == .statistic } }
}

/// The programs of one model: recorded when a batch of a new size first comes.
final class ModelPrograms {
  let definition: StepDefinition
  let variables = VariableTable()
  let memory: any VariableMemory
  let freezing: FreezingPlan
  private let backend: any Backend
  /// What the model was made from: seed and folder for first values, and places for errors.
  private let configuration: RunConfiguration
  /// By batch size, and by what of a step they do.
  private var training: [StepForm: (step: LoadedProgram, update: LoadedProgram?)] = [:]
  private struct StepForm: Hashable {
    let batch: Int
    let splits: Bool
    let part: StepPart
    let frozen: Set<Int>
  }
  private var evaluation: [Int: LoadedProgram] = [:]
  private var prediction: [Int: LoadedProgram] = [:]
  private var statistics: [Int: LoadedProgram] = [:]
  /// Whether statistics are measured over the training samples before the model is.
  private(set) var wantsExactStatistics = false
  private var initialized = 0
  private(set) var layers: [LayerStep] = []

  init(
    _ definition: StepDefinition, backend: any Backend, configuration: RunConfiguration
  ) throws {
    self.definition = definition
    self.backend = backend
    self.configuration = configuration
    freezing = FreezingPlan(definition.callbacks)
    memory = try configuration.naming(backend, .backendUnusable, atPath: "backend") {
      try backend.makeMemory()
    }
  }

  func trainingStep(
    batch: Int, splits: Bool = false, part: StepPart = .whole, epoch: Int = 1
  ) throws -> (step: LoadedProgram, update: LoadedProgram?) {
    let form = StepForm(batch: batch, splits: splits, part: part, frozen: freezing.rules(in: epoch))
    if let known = training[form] { return known }
    let recorded = try StepRecording(definition, variables: variables, epoch: epoch)
      .training(batch: batch, splits: splits, part: part)
    layers = recorded.layers
    wantsExactStatistics = recorded.wantsExactStatistics || wantsExactStatistics
    let step = try load(recorded.program)
    let update = try recorded.update.map { try load($0) }
    training[form] = (step, update)
    return (step, update)
  }

  func evaluationStep(batch: Int, withLoss: Bool = true) throws -> LoadedProgram {
    if let known = withLoss ? evaluation[batch] : prediction[batch] { return known }
    let recorded = try StepRecording(definition, variables: variables)
      .evaluation(batch: batch, withLoss: withLoss)
    if layers.isEmpty { layers = recorded.layers }
    let step = try load(recorded.program)
    if withLoss { evaluation[batch] = step } else { prediction[batch] = step }
    return step
  }

  func statisticsStep(batch: Int) throws -> LoadedProgram {
    if let known = statistics[batch] { return known }
    let program = try StepRecording(definition, variables: variables).statistics(batch: batch)
    let step = try load(program)
    statistics[batch] = step
    return step
  }

  private func load(_ program: Program) throws -> LoadedProgram {
    // Of the whole table: the update of a split step may have declared more than this program has.
    let loaded = try configuration.naming(backend, .backendUnusable, atPath: "backend") {
      try memory.allocate(variables.variables)
      return try LoadedProgram(program, backend: backend, memory: memory)
    }
    try initialize()
    return loaded
  }

  /// Gives variables declared since the last time their first values.
  private func initialize() throws {
    for variable in variables.variables[initialized...] where variable.role != .flat {
      memory.write(variable, try firstValues(of: variable))
    }
    initialized = variables.variables.count
  }

  private func firstValues(of variable: Variable) throws -> [Float] {
    do {
      return try variable.initialValues(
        seed: UInt64(configuration.training.seed), folder: configuration.folder)
    } catch {
      guard case .drawn(let initializer, _, _) = variable.initial else { throw error }
      throw configuration.problem(
        error, of: initializer, .modelProblem,
        atPath: configuration.path(of: initializer, forVariable: variable.name),
        notes: [.init("for `\(variable.name)` \(variable.shape)")])
    }
  }

  /// Weights and running statistics: what a trained model is.
  var saved: [Variable] { variables.saved }

  /// Temporary memory of the largest training step.
  var planBytes: Int { training.values.map { $0.step.executable.arenaBytes }.max() ?? 0 }

  var parameterCount: Int { variables.learned.reduce(0) { $0 + $1.shape.count } }

  /// Gives a variable values that are read piece by piece.
  func write(_ variable: Variable, _ read: (Range<Int>) throws -> [Float]) rethrows {
    for piece in SafeTensors.pieces(of: variable.shape.count) {
      memory.write(variable, at: piece.lowerBound, try read(piece))
    }
  }

  func restore(_ snapshot: VariableSnapshot) throws {
    for item in snapshot.items { try write(current(item.variable), item.read) }
  }

  /// The variable as it lies now: it may have moved into a flat one since.
  func current(_ variable: Variable) -> Variable { variables.variables[variable.id] }
}
