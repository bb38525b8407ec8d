import Espalier
import EspalierCompiler

/// A training step on its own: recorded, planned, loaded, with batches to run over.
final class StepProgram {
  let plan: Plan
  let executable: any Executable
  let variables = VariableTable()
  private let memory: any VariableMemory
  private var inputs: [UnsafeMutableBufferPointer<Float>] = []
  private let pointers: UnsafeMutableBufferPointer<UnsafePointer<Float>>
  private let outputs: [String]

  init(_ definition: StepDefinition, batch: Int, backend: any Backend) throws {
    let program = try StepRecording(definition, variables: variables).training(batch: batch).program
    plan = Compiler.plan(program, optimizing: type(of: backend).optimizes)
    memory = try backend.makeMemory()
    try memory.allocate(program.variables)
    executable = try backend.load(plan, memory: memory)
    for variable in variables.variables where variable.role != .flat {
      memory.write(variable, try variable.initialValues(seed: 3, folder: "."))
    }
    outputs = program.outputs.map(\.name)
    let classes = definition.data.target.count
    for input in program.inputs {
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(
        capacity: max(input.shape.count, 1))
      for place in buffer.indices {
        buffer[place] =
          switch input.name {
          case StepPort.rate: 0.01
          case StepPort.number: 1
          case StepPort.target where classes > 0 && definition.data.target.task == .classification:
            Float(place * 7 % classes)
          default: Float((place * 37 + 11) % 101) / 50 - 1
          }
      }
      inputs.append(buffer)
    }
    pointers = .allocate(capacity: max(inputs.count, 1))
    for (place, buffer) in inputs.enumerated() {
      pointers.initializeElement(at: place, to: UnsafePointer(buffer.baseAddress!))
    }
  }

  deinit {
    inputs.forEach { $0.deallocate() }
    pointers.deallocate()
  }

  func run(step: UInt64 = 1) throws {
    try executable.run(
      inputs: UnsafeBufferPointer(rebasing: pointers[..<inputs.count]), seed: 3, step: step)
  }

  /// Outputs and variables by name.
  var results: [String: [Float]] {
    var results: [String: [Float]] = [:]
    for (index, name) in outputs.enumerated() { results[name] = Array(executable.output(index)) }
    for variable in variables.variables where variable.role != .flat {
      results[variable.name] = memory.read(variable)
    }
    return results
  }
}
