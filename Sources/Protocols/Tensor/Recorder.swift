/// Where tensors write themselves down while a program is recorded.
///
/// A mistake in shapes does not stop the recording: the first one is kept with the layer in which it
/// happened, a stand-in takes the place of the result, and whoever recorded asks for ``failure``. So
/// tensor arithmetic reads like arithmetic, without `try`.
public final class Recorder {
  /// The model's variables, shared by all of its recordings.
  public let variables: VariableTable
  /// Whether dropout drops and running statistics move.
  public let isTraining: Bool

  package private(set) var nodes: [Node] = []
  private(set) var inputs: [Program.Input] = []
  private var outputs: [Program.Output] = []
  private var assignments: [Int: Int] = [:]
  private var assignmentOrder: [Int] = []
  private var scopes: [String] = [""]
  private var scopeIndex: [String: Int] = ["": 0]
  private var streams: [String: Int] = [:]
  private var variableNodes: [Int: Int] = [:]
  /// Nodes that were rounded to bfloat16, or show what was, and the nodes that are read in their place.
  private var roundedForms: [Int: Int] = [:]
  private(set) var currentScope = 0
  private var substitution: ParameterSubstitution?
  /// How the products of a layer read their operands, by its path; `nil` for all as they are.
  private var precisions: ((String) -> ProductPrecision?)?
  /// The number of the batch from 1, of a program that measures statistics.
  package var collectedBatch: Tensor?
  /// Whether a layer asked for its statistics to be measured over the training samples.
  package internal(set) var wantsExactStatistics = false

  /// The first mistake, with the path of the layer that made it.
  public private(set) var failure: RecordingFailure?
  /// The layers recorded so far, in the order in which they finished.
  public private(set) var layers: [LayerStep] = []
  private var layerOutputs: [(path: String, output: Tensor)] = []

  /// An empty recording.
  /// Whether operations of plugins are recorded from tensors, as far as they can be.
  package var composesOperations = false

  public init(variables: VariableTable = VariableTable(), isTraining: Bool = true) {
    self.variables = variables
    self.isTraining = isTraining
  }

  // MARK: Recording

  /// Adds a node; the caller has checked the shapes.
  func add(_ primitive: Primitive, _ inputs: [Tensor], _ shape: Shape) -> Tensor {
    let operands = inputs.map { roundedForms[$0.id] ?? $0.id }
    nodes.append(Node(primitive, operands, shape, scope: currentScope))
    return Tensor(recorder: self, id: nodes.count - 1)
  }

  /// What stands for a value rounded to bfloat16, made once, which all that is recorded from now on reads in its place.
  func roundedForm(of value: Tensor, _ make: () -> Tensor) -> Tensor {
    if let known = roundedForms[value.id] { return Tensor(recorder: self, id: known) }
    let result = make()
    roundedForms[value.id] = result.id
    return result
  }

  /// Keeps the first mistake and gives a stand-in of some tensor's shape.
  func fail(_ message: String, like tensor: Tensor) -> Tensor { fail(message, shape: tensor.shape) }

  func fail(_ message: String, shape: Shape) -> Tensor {
    if failure == nil {
      failure = RecordingFailure(path: scopes[currentScope], message: message, layers: layers)
    }
    // Whatever is recorded after a mistake must find a shape that can be.
    return constant(0).broadcast(to: Shape(shape.dimensions.map { max($0, 1) }))
  }

  /// A single number, shape [].
  public func constant(_ value: Float) -> Tensor { add(.constant(value), [], []) }

  /// Something handed in at each run: a batch, a learning rate.
  public func input(_ name: String, _ shape: Shape) -> Tensor {
    if let slot = inputs.firstIndex(where: { $0.name == name }) {
      return add(.input(slot), [], inputs[slot].shape)
    }
    inputs.append(.init(name: name, shape: shape))
    return add(.input(inputs.count - 1), [], shape)
  }

  /// The value of a variable at the beginning of the run.
  public func value(of variable: Variable) -> Tensor {
    if let node = variableNodes[variable.id] { return Tensor(recorder: self, id: node) }
    let tensor = add(.variable(variable.id), [], variable.shape)
    variableNodes[variable.id] = tensor.id
    return tensor
  }

  /// What a layer gets for its parameter: the variable's value, or what stands in for it.
  package func used(_ variable: Variable) -> Tensor {
    let value = value(of: variable)
    guard let substitution, variable.role.isLearned else { return value }
    if let known = substitution.made[variable.id] { return known }
    let made = substitution.make(variable, value)
    guard made.shape == variable.shape else {
      return fail("`\(variable.name)` \(variable.shape) became \(made.shape)", like: value)
    }
    substitution.made[variable.id] = made
    return made
  }

  /// Has layers get other values of their parameters while `body` records.
  ///
  /// - Parameters:
  ///   - assigns: whether running statistics move.
  ///   - make: the value for a variable, from its own.
  package func substituting<Result>(
    assigns: Bool, _ make: @escaping (Variable, Tensor) -> Tensor, _ body: () throws -> Result
  ) rethrows -> Result {
    let outer = substitution
    substitution = ParameterSubstitution(assigns: assigns, make)
    defer { substitution = outer }
    return try body()
  }

  /// How products that are recorded now read their operands.
  var productPrecision: ProductPrecision { precisions?(currentPath) ?? .float32 }

  /// Has the products of layers read their operands with other precisions while `body` records.
  ///
  /// - Parameter precision: by the layer's path; `nil` leaves it as it is.
  package func reading<Result>(
    _ precision: ((String) -> ProductPrecision?)?, _ body: () throws -> Result
  ) rethrows -> Result {
    let outer = precisions
    precisions = precision
    defer { precisions = outer }
    return try body()
  }

  /// Random numbers of their own stream: other calls, other numbers; the same at each recording.
  func random(_ distribution: RandomDistribution, _ shape: Shape) -> Tensor {
    let path = scopes[currentScope]
    let count = streams[path, default: 0]
    streams[path] = count + 1
    return add(.random(distribution, stream: Self.stream(named: "\(path)#\(count)")), [], shape)
  }

  /// FNV-1a: a stable number for a name.
  static func stream(named name: String) -> UInt32 {
    name.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
  }

  /// Has the variable hold this value after the run.
  public func assign(_ variable: Variable, _ value: Tensor) {
    if let substitution, !substitution.assigns { return }
    guard value.shape == variable.shape else {
      _ = fail(
        "`\(variable.name)` is \(variable.shape) and was assigned \(value.shape)", like: value)
      return
    }
    if assignments.updateValue(value.id, forKey: variable.id) == nil {
      assignmentOrder.append(variable.id)
    }
  }

  /// The variables that are assigned while `body` records.
  package func assigned(during body: () throws -> Void) rethrows -> [Variable] {
    let before = assignments
    try body()
    return assignmentOrder.filter { assignments[$0] != before[$0] }.map { variables.variables[$0] }
  }

  /// The value that a variable will have after the run, as far as recorded.
  public func assigned(_ variable: Variable) -> Tensor? {
    assignments[variable.id].map { Tensor(recorder: self, id: $0) }
  }

  /// Marks a tensor to be read after each run.
  public func output(_ name: String, _ tensor: Tensor) {
    outputs.append(.init(name: name, node: tensor.id))
  }

  /// What was recorded.
  /// - Throws: ``RecordingFailure``, the first mistake.
  public func finish() throws(RecordingFailure) -> Program {
    if let failure { throw failure }
    return Program(
      nodes: nodes, inputs: inputs, outputs: outputs,
      assignments: assignmentOrder.map { .init(variable: $0, node: assignments[$0]!) },
      variables: variables.variables, scopes: scopes
    ).readingRounded()
  }

  // MARK: Scopes

  func note(_ step: LayerStep, output: Tensor) {
    layers.append(step)
    layerOutputs.append((step.path, output))
  }

  /// What layers gave since the last time, in the order in which they finished.
  package func takeLayerOutputs() -> [(path: String, output: Tensor)] {
    defer { layerOutputs = [] }
    return layerOutputs
  }

  /// The scope of a path, current while `body` runs.
  package func within<Result>(_ path: String, _ body: () throws -> Result) rethrows -> Result {
    let outer = currentScope
    if let known = scopeIndex[path] {
      currentScope = known
    } else {
      scopes.append(path)
      scopeIndex[path] = scopes.count - 1
      currentScope = scopes.count - 1
    }
    defer { currentScope = outer }
    return try body()
  }

  var currentPath: String { scopes[currentScope] }
  func path(of scope: Int) -> String { scopes[scope] }
}

/// Values that stand in for parameters, each made once.
private final class ParameterSubstitution {
  let assigns: Bool
  let make: (Variable, Tensor) -> Tensor
  var made: [Int: Tensor] = [:]

  init(assigns: Bool, _ make: @escaping (Variable, Tensor) -> Tensor) {
    self.assigns = assigns
    self.make = make
  }
}

/// A mistake made while recording, mostly shapes that do not fit.
public struct RecordingFailure: Error, CustomStringConvertible, Sendable {
  /// Path of the layer, `residual_1.dense_2`; empty outside of the model.
  public let path: String
  /// What is wrong, in words for the user.
  public let message: String
  /// The layers before it, with their shapes.
  public let layers: [LayerStep]
  /// What a plugin threw; `nil` for a mistake that was found by an operation on tensors.
  package private(set) var cause: (any Error)?

  public init(path: String, message: String, layers: [LayerStep] = []) {
    self.path = path
    self.message = message
    self.layers = layers
  }

  /// What was thrown while the plugin of a path recorded; a mistake of one within it stays as it is.
  package init(_ error: any Error, path: String, layers: [LayerStep] = []) {
    if let failure = error as? RecordingFailure {
      self = failure
    } else {
      self.init(
        path: path, message: (error as? PluginError)?.description ?? "\(error)", layers: layers)
      cause = error
    }
  }
  public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
