import EspalierCPUBackend
import EspalierCompiler
import EspalierProtocols
import Testing

/// Programs of one model compute in the same memory, one after the other.
@Suite struct SharedScratchTests {
  private final class Loaded {
    let plan: Plan
    let executable: any Executable
    /// Outputs may be inputs, so these stay.
    private let inputs: [UnsafeMutableBufferPointer<Float>]

    init(_ program: Program, _ inputs: [[Float]], _ memory: any VariableMemory) throws {
      plan = Compiler.plan(program)
      executable = try CPUBackend().load(plan, memory: memory)
      self.inputs = inputs.map { values in
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(values.count, 1))
        _ = buffer.initialize(from: values)
        return buffer
      }
    }

    deinit { inputs.forEach { $0.deallocate() } }

    func run(step: UInt64) throws {
      try inputs.map { UnsafePointer($0.baseAddress!) }.withUnsafeBufferPointer {
        try executable.run(inputs: $0, seed: 3, step: step)
      }
    }

    var outputs: [[UInt32]] {
      plan.program.outputs.indices.map { executable.output($0).map(\.bitPattern) }
    }
  }

  /// Programs without variables, whose numbers would meet in one memory.
  private static let drawn: [RandomProgram] = (1...2000 as ClosedRange<UInt64>).compactMap { seed in
    guard let drawn = try? RandomProgram(seed: seed), drawn.program.variables.isEmpty,
      !drawn.program.outputs.isEmpty
    else { return nil }
    return drawn
  }

  @Test func alternatingProgramsGiveTheirOwnBits() throws {
    var kept = 0
    try #require(Self.drawn.count > 40)
    for (first, second) in zip(Self.drawn, Self.drawn.dropFirst()) {
      let expected = try [first, second].map { drawn in
        let alone = try Loaded(drawn.program, drawn.inputs, CPUBackend().makeMemory())
        return try (0..<2 as Range<UInt64>).map { step in
          try alone.run(step: step)
          return alone.outputs
        }
      }
      let memory = CPUBackend().makeMemory()
      let a = try Loaded(first.program, first.inputs, memory)
      try a.run(step: 0)
      // Loading a larger program moves the scratch.
      let b = try Loaded(second.program, second.inputs, memory)
      try b.run(step: 0)
      // What came out of the first is still there.
      #expect(a.outputs == expected[0][0])
      #expect(b.outputs == expected[1][0])
      try a.run(step: 1)
      try b.run(step: 1)
      #expect(b.outputs == expected[1][1])
      #expect(a.outputs == expected[0][1])
      if a.plan.scratchCount > 0, b.plan.scratchCount > 0 { kept += 1 }
    }
    #expect(kept > 20)
  }

  /// A chain of two products, so that something lies between.
  private func program(_ rows: Int) throws -> Program {
    let recorder = Recorder(variables: VariableTable())
    let x = recorder.input("x", [rows, 64])
    let between = exp(matmul(x, x, transposeB: true))
    recorder.output("sum", matmul(between, x).sum())
    return try recorder.finish()
  }

  @Test func theLargestProgramSaysHowMuch() throws {
    let memory = CPUMemory()
    let loaded = try [16, 128, 48].map { try Loaded(program($0), [], memory) }
    let largest = loaded.map { $0.plan.scratchCount }.max()
    #expect(memory.scratch.count == largest)
    #expect(loaded.allSatisfy { $0.plan.scratchCount >= 256 })
    // Outputs lie apart.
    #expect(loaded.allSatisfy { $0.plan.arenaCount - $0.plan.scratchCount == 16 })
    #expect(loaded.allSatisfy { $0.executable.arenaBytes == 4 * $0.plan.arenaCount })
  }
}
