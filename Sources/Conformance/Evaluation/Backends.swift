import EspalierCPUBackend
import EspalierCompiler
import EspalierProtocols

extension Evaluation {
  /// Results of the optimized execution that differ from the reference.
  public struct BackendMismatch: Error, CustomStringConvertible {
    public let name: String
    public let element: Int
    public let optimized: Double
    public let reference: Double
    public var description: String {
      "\(name)[\(element)] is \(optimized) optimized, \(reference) by the reference"
    }
  }

  /// Runs the program on the processor, optimized and planned.
  public static func runOptimized(
    inputs: [String: Array], parameters: [String: [Double]] = [:], settings: Settings = .init(),
    _ body: (Recorder, [String: Tensor]) throws -> [String: Tensor]
  ) throws -> [String: Array] {
    let session = Session(parameters: parameters)
    let (program, names) = try Session.record(inputs, session.table, settings, body)
    let memory = CPUBackend().makeMemory()
    let plan = Compiler.plan(program)
    let executable = try CPUBackend().load(plan, memory: memory)
    let start = try session.starting(program, settings)
    for variable in program.variables where variable.role != .flat {
      memory.write(variable, start[variable.name]!.map { Float($0) })
    }
    let storage = names.map { name in
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(
        capacity: max(inputs[name]!.values.count, 1))
      _ = buffer.initialize(from: inputs[name]!.values.map { Float($0) })
      return buffer
    }
    defer { for buffer in storage { buffer.deallocate() } }
    try storage.map { UnsafePointer($0.baseAddress!) }.withUnsafeBufferPointer {
      try executable.run(inputs: $0, seed: settings.seed, step: settings.step)
    }
    var results: [String: Array] = [:]
    for (index, output) in program.outputs.enumerated() {
      results[output.name] = Array(
        program.nodes[output.node].shape, executable.output(index).map { Double($0) })
    }
    for assignment in program.assignments {
      let variable = program.variables[assignment.variable]
      results["variable:" + variable.name] = Array(
        variable.shape, memory.read(variable).map { Double($0) })
    }
    return results
  }

  /// Runs a program both ways and compares all results and assigned variables.
  ///
  /// - Parameter scaled: whether `absolute` is for results of about one, and grows with the largest
  ///   number of a result, from whose size its rounding comes.
  /// - Throws: ``BackendMismatch`` for the first element further apart than
  ///   `absolute + relative · |reference|`.
  public static func checkBackends(
    inputs: [String: Array], parameters: [String: [Double]] = [:], settings: Settings = .init(),
    relative: Double = 2e-5, absolute: Double = 2e-5, scaled: Bool = false,
    _ body: (Recorder, [String: Tensor]) throws -> [String: Tensor]
  ) throws {
    // Both start from the same single-precision numbers.
    let inputs = inputs.mapValues { Array($0.shape, $0.values.map { Double(Float($0)) }) }
    let parameters = parameters.mapValues { $0.map { Double(Float($0)) } }
    let reference = try run(inputs: inputs, parameters: parameters, settings: settings, body)
    let optimized = try runOptimized(
      inputs: inputs, parameters: parameters, settings: settings, body)
    for (name, expected) in reference.sorted(by: { $0.key < $1.key }) {
      guard let found = optimized[name] else { continue }
      let size = scaled ? max(1, expected.values.map(\.magnitude).max() ?? 1) : 1
      for (element, pair) in zip(found.values, expected.values).enumerated() {
        let (a, b) = pair
        if a.isNaN && b.isNaN || a == b { continue }
        guard (a - b).magnitude <= absolute * size + relative * b.magnitude else {
          throw BackendMismatch(name: name, element: element, optimized: a, reference: b)
        }
      }
    }
  }
}
