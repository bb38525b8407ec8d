import EspalierCPUBackend
import EspalierCompiler
import EspalierProtocols
import EspalierReferenceBackend
import Foundation
import Testing

/// Programs drawn at random, run by the reference and optimized.
@Suite(.serialized) struct RandomProgramTests {
  /// The first seed, and how many: set by hand for longer hunts.
  static let seeds: Range<UInt64> = {
    let environment = ProcessInfo.processInfo.environment
    let first = environment["ESPALIER_RANDOM_FIRST"].flatMap { UInt64($0) } ?? 1
    return first..<first + (environment["ESPALIER_RANDOM_COUNT"].flatMap { UInt64($0) } ?? 3000)
  }()

  @Test func agreeWithTheReference() throws {
    var failures: [String] = []
    for seed in Self.seeds {
      do {
        let drawn = try RandomProgram(seed: seed)
        if let problem = try Comparison(drawn).problem() { failures.append("\(seed): \(problem)") }
      } catch {
        failures.append("\(seed): \(error)")
      }
    }
    #expect(failures.isEmpty, "\(failures.count): \(failures.prefix(25).joined(separator: "\n"))")
  }
}

/// Runs one program on both backends, twice in a row, with one thread and with two.
struct Comparison {
  let drawn: RandomProgram
  let program: Program

  init(_ drawn: RandomProgram) {
    self.drawn = drawn
    program = drawn.program
  }

  /// What differs; `nil` when nothing does, or when rounding alone could explain it.
  func problem() throws -> String? {
    let plan = Compiler.plan(program)
    // In another order, to the same bits.
    let early = Compiler.plan(program, storesShort: true, earlyFrom: 1)
    for plan in [plan, early] { if let fault = PlanCheck(plan).fault() { return fault } }
    let one = try Bench(GuardedPlan(plan).plan, CPUBackend(), drawn)
    let two = try Bench(early, CPUBackend(), drawn)
    // In memory of 32 bits alone.
    let long = try Bench(Compiler.plan(program, storesShort: false), CPUBackend(), drawn)
    let reference = try Bench(
      Compiler.plan(program, optimizing: false), Self.reference, drawn)
    for step in 0..<2 as Range<UInt64> {
      reference.take(variablesOf: one)
      let before = reference.variables()
      CPUBackend().setThreads(1)
      let a = try one.run(drawn.inputs, step, poisoned: true)
      CPUBackend().setThreads(2)
      let b = try two.run(drawn.inputs, step, poisoned: false)
      let c = program.isRounded ? try long.run(drawn.inputs, step, poisoned: false) : b
      let expected = try reference.run(drawn.inputs, step, poisoned: false)
      if let fault = one.damage() { return "run \(step): \(fault)" }
      let magnitudes = expected.map { $0.reduce(0) { max($0, $1.magnitude) } }
      guard magnitudes.allSatisfy({ $0 < 1e5 }), !expected.joined().contains(where: \.isNaN) else {
        return nil
      }
      let difference = mismatch(a, expected, magnitudes)
      if !zip(a, b).allSatisfy({ same($0, $1) }) { return "run \(step): threads differ" }
      if !zip(b, c).allSatisfy({ same($0, $1) }) { return "run \(step): 16 bits differ from 32" }
      if let difference {
        return try isUnsteady(before, step, expected, magnitudes)
          ? nil : "run \(step): \(difference)"
      }
    }
    return nil
  }

  static var reference: ReferenceBackend {
    var backend = ReferenceBackend()
    backend.checksValues = false
    return backend
  }

  private func same(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
  }

  private func mismatch(_ a: [[Float]], _ b: [[Float]], _ magnitudes: [Float]) -> String? {
    for (number, pair) in zip(a, b).enumerated() {
      // A value beside a tie is rounded to either side.
      let allowed = (program.isRounded ? 0.02 : 3e-4) * (magnitudes[number] + 1)
      for (element, (x, y)) in zip(pair.0, pair.1).enumerated()
      where !((x - y).magnitude <= allowed) {
        let name =
          number < program.outputs.count
          ? program.outputs[number].name
          : program.variables[number - program.outputs.count].name
        return "\(name)[\(element)] is \(x), \(y) by the reference"
      }
    }
    return nil
  }

  /// Whether the reference itself jumps when its numbers move by a rounding: a tie, or a steep place.
  private func isUnsteady(
    _ variables: [[Float]], _ step: UInt64, _ expected: [[Float]], _ magnitudes: [Float]
  ) throws -> Bool {
    for sign in [-1, 1] as [Float] {
      func moved(_ values: [Float]) -> [Float] {
        values.enumerated().map { place, value in
          // Whole numbers are indices.
          value == value.rounded() ? value : value * (1 + sign * 2e-6 * Float(place % 3 + 1))
        }
      }
      let bench = try Bench(Compiler.plan(program, optimizing: false), Self.reference, drawn)
      bench.write(variables.map(moved))
      let found = try bench.run(drawn.inputs.map(moved), step, poisoned: false)
      if mismatch(found, expected, magnitudes) != nil { return true }
    }
    return false
  }
}

extension Program {
  /// Whether values are rounded to bfloat16.
  fileprivate var isRounded: Bool { nodes.contains { $0.primitive == .unary(.bfloat16) } }
}

/// A plan loaded on a backend, with memory of its own.
final class Bench {
  private let plan: Plan
  private let memory: any VariableMemory
  private let executable: any Executable

  init(_ plan: Plan, _ backend: some Backend, _ drawn: RandomProgram) throws {
    self.plan = plan
    memory = try backend.makeMemory()
    executable = try backend.load(plan, memory: memory)
    for (id, values) in drawn.values { memory.write(plan.program.variables[id], values) }
  }

  func variables() -> [[Float]] { plan.program.variables.map { memory.read($0) } }

  func write(_ values: [[Float]]) {
    for (variable, value) in zip(plan.program.variables, values) where variable.role != .flat {
      memory.write(variable, value)
    }
  }

  func take(variablesOf other: Bench) { write(other.variables()) }

  /// Outputs, then variables.
  func run(_ inputs: [[Float]], _ step: UInt64, poisoned: Bool) throws -> [[Float]] {
    if poisoned, let arena { arena.update(repeating: Self.poison) }
    let storage = inputs.map { values in
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(values.count, 1))
      _ = buffer.initialize(from: values)
      return buffer
    }
    defer { storage.forEach { $0.deallocate() } }
    try storage.map { UnsafePointer($0.baseAddress!) }.withUnsafeBufferPointer {
      try executable.run(inputs: $0, seed: 3, step: step)
    }
    for (buffer, values) in zip(storage, inputs)
    where !buffer.prefix(values.count).elementsEqual(values) {
      throw PluginError("an input was written to")
    }
    return plan.program.outputs.indices.map { Array(executable.output($0)) } + variables()
  }

  // MARK: Guards

  static let poison = Float(bitPattern: 0x7fa0_1234)

  /// The arena of a guarded plan, found by the output that begins it.
  private var arena: UnsafeMutableBufferPointer<Float>? {
    guard let index = plan.program.outputs.indices.last,
      case .arena(let offset)? = plan.places[plan.program.outputs[index].node]
    else { return nil }
    guard GuardedPlan.isGuarded(plan) else { return nil }
    let start = UnsafeMutablePointer(mutating: executable.output(index).baseAddress!) - offset
    return UnsafeMutableBufferPointer(start: start, count: plan.arenaCount)
  }

  func damage() -> String? {
    guard let arena else { return nil }
    let edge = GuardedPlan.width
    for zone in [0..<edge, arena.count - edge..<arena.count] {
      for place in zone where arena[place].bitPattern != Self.poison.bitPattern {
        return "a kernel wrote outside of the arena, at \(place) of \(arena.count)"
      }
    }
    return nil
  }
}

/// A plan whose arena has a zone before and after that nobody may write to.
struct GuardedPlan {
  static let width = 64
  var plan: Plan

  static func isGuarded(_ plan: Plan) -> Bool { plan.places.contains { $0 == .arena(width) } }

  init(_ original: Plan) {
    plan = original
    func moved(_ place: Place) -> Place {
      switch place {
      case .arena: place.advanced(by: Self.width)
      case .shortArena: place.advanced(by: 2 * Self.width)
      case .variable, .input: place
      }
    }
    // Without an output in the arena its memory cannot be reached from here.
    let inArena = plan.program.outputs.last.map { output in
      if case .arena? = plan.places[output.node] { return true }
      return false
    }
    guard inArena == true else { return }
    plan.places = plan.places.map { $0.map(moved) }
    plan.arenaCount += 2 * Self.width
    // All in one block, so that it is found.
    plan.scratchCount = plan.arenaCount
    plan.kernels = plan.kernels.map { kernel in
      switch kernel {
      case .clear(let ranges):
        .clear(ranges.map { $0.lowerBound + Self.width..<$0.upperBound + Self.width })
      case .copy(let node, let place): .copy(node, to: moved(place))
      default: kernel
      }
    }
  }
}
