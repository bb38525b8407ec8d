import EspalierCPUBackend
import EspalierCompiler
import EspalierProtocols
import Testing

/// Where values lie that are rounded to bfloat16, and who reads them.
@Suite struct ShortValuesTests {
  /// Two convolutions with normalization and a dense layer, and the gradients of their parameters.
  private func network(_ precision: ProductPrecision) throws -> Program {
    let table = VariableTable()
    let recorder = Recorder(variables: table)
    return try recorder.reading({ _ in precision }) {
      var parameters: [Tensor] = []
      func parameter(_ shape: Shape) throws -> Tensor {
        let variable = try table.declare(
          "v\(parameters.count)", shape, role: .weight, initial: .constant(0))
        parameters.append(recorder.value(of: variable))
        return parameters.last!
      }
      func normalized(_ x: Tensor) throws -> Tensor {
        let centred = x - x.mean([0, 2, 3], keepingAxes: true)
        let variance = square(centred).mean([0, 2, 3], keepingAxes: true)
        return centred * (1 / sqrt(variance + 1e-5)) * (try parameter([1, 8, 1, 1]))
          + (try parameter([1, 8, 1, 1]))
      }
      var x = recorder.input("x", [4, 2, 12, 12])
      for channels in [2, 8, 8, 8] {
        x = x.convolved(with: try parameter([8, channels, 3, 3]), padding: [1, 1, 1, 1])
        x = maximum(try normalized(x), 0)
      }
      let flat = x.reshaped(to: [4, 8 * 144])
      let loss = square(matmul(flat, try parameter([8 * 144, 10]))).sum()
      for (number, gradient) in loss.gradients(for: parameters).enumerated() {
        recorder.output("\(number)", gradient)
      }
      return try recorder.finish()
    }
  }

  private func isWide(_ node: Int, _ plan: Plan) -> Bool {
    plan.program.nodes[node].shape.count >= 4 * 8 * 144
  }

  /// Of each convolution its result and its activation stay, in 16 bits; what lies between is made again.
  @Test func arenaOfANetwork() throws {
    let program = try network(.bfloat16)
    let plan = Compiler.plan(program)
    let wide = plan.places.indices.filter { isWide($0, plan) && plan.places[$0] != nil }
    let long = wide.filter { plan.places[$0]?.isShort != true }
    // Results of products are rounded while they are in cache, or where they are read first. The last activation is
    // brought into another order by a copy, which takes 32 bits.
    let elementwise = long.filter { node in
      switch plan.program.nodes[node].primitive {
      case .unary, .binary, .select: true
      default: false
      }
    }
    #expect(elementwise.count <= 4, "\(elementwise.map { plan.program.nodes[$0].primitive.name })")
    #expect(wide.count - long.count >= 6)
    let all32 = Compiler.plan(program, storesShort: false)
    #expect(!all32.places.contains { $0?.isShort == true })
    #expect(Double(plan.arenaCount) < 0.75 * Double(all32.arenaCount))
    let float32 = Compiler.plan(try network(.float32))
    #expect(!float32.places.contains { $0?.isShort == true })
    #expect(Double(plan.arenaCount) < 0.8 * Double(float32.arenaCount))
  }

  /// Programs without rounding are planned as ever.
  @Test func fp16StaysInThirtyTwoBits() throws {
    let plan = Compiler.plan(try network(.float16))
    #expect(!plan.places.contains { $0?.isShort == true })
    #expect(!plan.program.nodes.contains { $0.primitive == .unary(.bfloat16) })
  }

  /// All readers of a value see it rounded, those that were recorded before its rounding too.
  @Test func readersSeeRoundedValues() throws {
    let recorder = Recorder()
    let x = recorder.input("x", [2, 2])
    let h = x * 1.01
    let before = h + 0
    recorder.reading({ _ in .bfloat16 }) {
      recorder.output("y", matmul(h, x))
    }
    recorder.output("before", before * 1)
    recorder.output("after", h * 2)
    recorder.output("h", h)
    let program = try recorder.finish()
    let memory = CPUBackend().makeMemory()
    let executable = try CPUBackend().load(Compiler.plan(program), memory: memory)
    let values: [Float] = [1.0001, 2.0001, 3.0001, 0.1001]
    try values.withUnsafeBufferPointer { x in
      try [x.baseAddress!].withUnsafeBufferPointer {
        try executable.run(inputs: $0, seed: 0, step: 0)
      }
    }
    func output(_ name: String) -> [Float] {
      Array(executable.output(program.outputs.firstIndex { $0.name == name }!))
    }
    let exact = values.map { $0 * 1.01 }
    let rounded = exact.map { ProductPrecision.bfloat16.rounded($0) }
    #expect(rounded != exact)
    #expect(output("before") == rounded)
    #expect(output("after") == rounded.map { $0 * 2 })
    #expect(output("h") == exact)
    let read = values.map { ProductPrecision.bfloat16.rounded($0) }
    let product = [
      rounded[0] * read[0] + rounded[1] * read[2], rounded[0] * read[1] + rounded[1] * read[3],
      rounded[2] * read[0] + rounded[3] * read[2], rounded[2] * read[1] + rounded[3] * read[3],
    ]
    #expect(output("y") == product.map { ProductPrecision.bfloat16.rounded($0) })
  }

  /// An epilogue runs on a block when others are not there yet: it cannot read what they bring.
  @Test func epiloguesReadTheirOwnBlock() throws {
    let recorder = Recorder()
    let y = matmul(recorder.input("a", [64, 64]), recorder.input("b", [64, 64]))
    recorder.output("z", y + y.slice(axis: 0, 63..<64))
    for kernel in Compiler.plan(try recorder.finish()).kernels {
      guard case .product(let node, let group) = kernel else { continue }
      let reads = group.reads.filter { $0.source == node }
      #expect(reads.allSatisfy { $0.offset == 0 && $0.strides == reads[0].strides })
    }
  }
}
