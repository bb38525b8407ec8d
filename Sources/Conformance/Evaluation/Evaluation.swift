import EspalierProtocols
import EspalierReferenceBackend

/// Records a computation and runs it on the reference interpreter, for tests.
///
/// ```swift
/// let result = try Evaluation.run(inputs: ["x": .init([2], [1, -1])]) { _, inputs in
///   ["y": LeakyReLU()(inputs["x"]!)]
/// }
/// #expect(result["y"]!.values == [1, -0.01])
/// ```
public enum Evaluation {
  /// Elements, row-major, with their shape.
  public struct Array: Sendable, Equatable {
    public var shape: Shape
    public var values: [Double]

    public init(_ shape: Shape, _ values: [Double]) {
      precondition(shape.count == values.count, "\(values.count) values for \(shape)")
      self.shape = shape
      self.values = values
    }
  }

  /// What to run it with.
  public struct Settings: Sendable {
    public var isTraining: Bool
    public var seed: UInt64
    public var step: UInt64
    public init(isTraining: Bool = true, seed: UInt64 = 1, step: UInt64 = 0) {
      self.isTraining = isTraining
      self.seed = seed
      self.step = step
    }
  }

  /// Runs once.
  ///
  /// - Parameters:
  ///   - inputs: by name, as `body` finds them.
  ///   - parameters: values of variables by their full names; others get their initial value.
  ///   - body: records; its tensors are the results, by name.
  /// - Returns: the results, and under `variable:NAME` each assigned variable's new value.
  public static func run(
    inputs: [String: Array], parameters: [String: [Double]] = [:], training: Bool = true,
    settings: Settings? = nil, _ body: (Recorder, [String: Tensor]) throws -> [String: Tensor]
  ) throws -> [String: Array] {
    let settings = settings ?? Settings(isTraining: training)
    var session = Session(parameters: parameters)
    return try session.run(inputs: inputs, settings: settings, body)
  }
}

/// Runs that share variables, such as the steps of an optimizer.
public struct Session {
  public let table = VariableTable()
  /// Values of variables by name, in double precision.
  public private(set) var values: [String: [Double]]

  public init(parameters: [String: [Double]] = [:]) { values = parameters }

  /// Records, runs, and keeps the variables' new values for the next run.
  public mutating func run(
    inputs: [String: Evaluation.Array], settings: Evaluation.Settings = .init(),
    _ body: (Recorder, [String: Tensor]) throws -> [String: Tensor]
  ) throws -> [String: Evaluation.Array] {
    let (program, names) = try Self.record(inputs, table, settings, body)
    var interpreter = Interpreter(program, seed: settings.seed, step: settings.step)
    interpreter.inspect = nil
    let known = try starting(program, settings)
    let results = try interpreter.run(inputs: names.map { inputs[$0]!.values }) {
      known[program.variables[$0].name]!
    }
    var answer: [String: Evaluation.Array] = [:]
    for output in program.outputs {
      answer[output.name] = .init(program.nodes[output.node].shape, results[output.node])
    }
    values = known
    for assignment in program.assignments {
      let variable = program.variables[assignment.variable]
      values[variable.name] = results[assignment.node]
      answer["variable:" + variable.name] = .init(variable.shape, results[assignment.node])
    }
    return answer
  }

  static func record(
    _ inputs: [String: Evaluation.Array], _ table: VariableTable, _ settings: Evaluation.Settings,
    _ body: (Recorder, [String: Tensor]) throws -> [String: Tensor]
  ) throws -> (Program, inputNames: [String]) {
    let recorder = Recorder(variables: table, isTraining: settings.isTraining)
    let names = inputs.keys.sorted()
    var tensors: [String: Tensor] = [:]
    for name in names { tensors[name] = recorder.input(name, inputs[name]!.shape) }
    for (name, tensor) in try body(recorder, tensors).sorted(by: { $0.key < $1.key }) {
      recorder.output(name, tensor)
    }
    return (try recorder.finish(), names)
  }

  /// Values of all variables: the kept ones, else the initial ones.
  func starting(_ program: Program, _ settings: Evaluation.Settings) throws -> [String: [Double]] {
    var result = values
    for variable in program.variables where result[variable.name] == nil {
      result[variable.name] = try variable.initialValues(seed: settings.seed, folder: ".")
        .map { Double($0) }
    }
    return result
  }
}
