import EspalierProtocols

/// Runs programs as they were recorded, one node after another: slow, exact, and able to say where a
/// value stopped being finite.
public struct ReferenceBackend: Backend {
  public static let manifest = Manifest(
    "reference",
    "one node after another in double precision; stops at the first value that is not finite")

  @Parameter("stop at the first value that is infinite or NaN")
  public var checksValues: Bool = true

  public static let optimizes = false
  public init() {}

  public func makeMemory() -> any VariableMemory { ReferenceMemory() }

  public func load(_ plan: Plan, memory: any VariableMemory) throws -> any Executable {
    guard let memory = memory as? ReferenceMemory else {
      throw PluginError("the reference backend was given another backend's memory")
    }
    memory.allocate(plan.program.variables)
    return ReferenceExecutable(plan.program, memory, checksValues: checksValues)
  }
}

final class ReferenceMemory: VariableMemory {
  private(set) var variables: [Int: [Float]] = [:]

  func allocate(_ variables: [Variable]) {
    for variable in variables where variable.base == nil && self.variables[variable.id] == nil {
      self.variables[variable.id] = [Float](repeating: 0, count: variable.shape.count)
    }
    // A variable that moved into a flat one after it got its value takes the value along.
    for variable in variables {
      guard let base = variable.base, let values = self.variables.removeValue(forKey: variable.id)
      else {
        continue
      }
      self.variables[base.variable]!.replaceSubrange(
        base.offset..<base.offset + values.count, with: values)
    }
  }

  func read(_ variable: Variable) -> [Float] {
    guard let base = variable.base else { return variables[variable.id] ?? [] }
    return Array(variables[base.variable]![base.offset..<base.offset + variable.shape.count])
  }

  func write(_ variable: Variable, _ values: [Float]) {
    guard let base = variable.base else {
      variables[variable.id] = values
      return
    }
    variables[base.variable]!.replaceSubrange(
      base.offset..<base.offset + variable.shape.count, with: values)
  }
}

final class ReferenceExecutable: Executable {
  private let program: Program
  private let memory: ReferenceMemory
  private let checksValues: Bool
  private var outputs: [UnsafeMutableBufferPointer<Float>] = []
  let arenaBytes: Int

  init(_ program: Program, _ memory: ReferenceMemory, checksValues: Bool) {
    self.program = program
    self.memory = memory
    self.checksValues = checksValues
    arenaBytes = program.nodes.reduce(0) { $0 + $1.shape.count * 8 }
    outputs = program.outputs.map { output in
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(
        capacity: max(program.nodes[output.node].shape.count, 1))
      buffer.initialize(repeating: 0)
      return UnsafeMutableBufferPointer(rebasing: buffer[..<program.nodes[output.node].shape.count])
    }
  }

  deinit { outputs.forEach { $0.deallocate() } }

  func run(inputs: UnsafeBufferPointer<UnsafePointer<Float>>, seed: UInt64, step: UInt64) throws {
    var interpreter = Interpreter(program, seed: seed, step: step)
    if checksValues {
      interpreter.inspect = { [program] number, value in
        guard let place = value.firstIndex(where: { !$0.isFinite }) else { return }
        let node = program.nodes[number]
        let layer = program.scopes[node.scope]
        throw PluginError(
          "\(value[place]) at element \(place) of \(node.primitive.name) \(node.shape)"
            + (layer.isEmpty ? "" : " in \(layer)") + ", the first value that is not finite")
      }
    }
    let handed = zip(program.inputs, inputs).map { input, pointer in
      (0..<input.shape.count).map { Double(pointer[$0]) }
    }
    let values = try interpreter.run(inputs: handed) { id in
      memory.read(program.variables[id]).map { Double($0) }
    }
    for (buffer, output) in zip(outputs, program.outputs) {
      for (place, value) in values[output.node].enumerated() { buffer[place] = Float(value) }
    }
    for assignment in program.assignments {
      memory.write(
        program.variables[assignment.variable], values[assignment.node].map { Float($0) })
    }
  }

  func output(_ index: Int) -> UnsafeBufferPointer<Float> { UnsafeBufferPointer(outputs[index]) }
}
