import EspalierKernels
import Testing

// Runs of element-wise instructions become machine code where the processor's is known. What they give must be what
// single instructions give, to the bit, whatever their number, their operands, and the numbers in them.
extension KernelTests {
  @Suite struct MachineCode {
    private static let mapped: [esp_op] = [
      ESP_NEG, ESP_ABS, ESP_SQRT, ESP_RSQRT, ESP_RECIPROCAL, ESP_FLOOR, ESP_RELU, ESP_SQUARE,
      ESP_ADD,
      ESP_SUB, ESP_MUL, ESP_DIV, ESP_MAX, ESP_MIN, ESP_GT, ESP_GE, ESP_LT, ESP_LE, ESP_EQ, ESP_NE,
      ESP_FMA,
      ESP_SELECT, ESP_SIGN, ESP_IS_FINITE, ESP_EXP, ESP_EXPM1, ESP_TANH, ESP_SIGMOID, ESP_ERF,
      ESP_LOG,
      ESP_BFLOAT16,
    ]
    private static let edges: [Float] = [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
      0.5, -2.5,
    ]

    /// A program of `steps` instructions on `operands` operands of all shapes, with some results in place.
    private static func program(_ number: UInt32, _ d: (Int, Int, Int), operands: Int, steps: Int)
      -> Sketch
    {
      var drawn: UInt64 = 0
      func draw(_ bound: Int) -> Int {
        drawn += 1
        return min(Int(esp_random_uniform(7, number, 0, drawn) * Float(bound)), bound - 1)
      }
      func data(_ count: Int) -> [Float] {
        (0..<max(count, 1)).map { _ in
          draw(6) == 0 ? edges[draw(edges.count)] : Float(draw(4001) - 2000) / 500
        }
      }
      var s = Sketch(d.0, d.1, d.2)
      var known: [Int] = []
      var inPlace: [Int] = []
      for i in 0..<operands {
        let shape = [s.packed, (0, 0, 1), (d.1, 1, 0), (0, 0, 0), s.packed][i == 0 ? 0 : draw(5)]
        let size = 1 + (d.0 - 1) * shape.0 + (d.1 - 1) * shape.1 + (d.2 - 1) * shape.2
        let slot = s.operand(shape, data(size))
        if shape == s.packed { inPlace.append(slot) }
        known.append(s.load(slot))
      }
      var results: [Int] = []
      for i in 0..<steps {
        let op = mapped[draw(mapped.count)]
        func operand() -> Int {
          switch draw(10) {
          case 0: 0xFFFF
          case 1: 0xFFFE
          case 2..<6: known[known.count - 1 - draw(min(known.count, 4))]
          default: known[draw(known.count)]
          }
        }
        let result = s.add(op, operand(), operand(), operand(), imm: data(1)[0], imm2: data(1)[0])
        known.append(result)
        if i == steps - 1 || draw(7) == 0 { results.append(result) }
      }
      // Stores come last, so that loads of what is changed in place stand before.
      for result in results.suffix(20) {
        let slot = !inPlace.isEmpty && draw(2) == 0 ? inPlace.removeLast() : s.operand(s.packed)
        s.store(result, slot)
      }
      return s
    }

    @Test func randomProgramsGiveTheBitsOfSingleSteps() {
      let spaces = [
        (1, 1, 16), (1, 1, 1000), (1, 5, 256), (3, 5, 64), (2, 3, 5), (1, 32, 10), (1, 3, 300),
        (1, 1, 5000),
      ]
      for number in 0..<400 {
        let steps = number % 10 == 0 ? 90 : 2 + number % 23
        Self.program(
          UInt32(number), spaces[number % spaces.count],
          operands: number % 7 == 0 ? 24 : 1 + number % 6, steps: steps
        ).check("program \(number)")
      }
    }

    @Test func blocksGiveTheBitsOfSingleSteps() {
      for number in 1000..<1100 {
        let d = [(1, 9, 200), (2, 4, 64), (1, 30, 7)][number % 3]
        var sketch = Self.program(
          UInt32(number), d, operands: 1 + number % 5, steps: 3 + number % 20)
        sketch.flags = UInt32(ESP_FUSED_BLOCKS)
        let expected = sketch.interpret()
        let row = d.0 * d.1 / 3
        let column = d.2 / 2 + 1
        for rows in [(0, row), (row, d.0 * d.1)] {
          for columns in [(0, column), (column, d.2)] {
            sketch.run(block: (rows.0, rows.1, columns.0, columns.1))
          }
        }
        for slot in sketch.memory.indices {
          let same = zip(sketch.memory[slot].values, expected[slot]).allSatisfy {
            $0 == $1 || ($0.isNaN && $1.isNaN)
          }
          #expect(same, "program \(number), slot \(slot)")
        }
      }
    }

    /// A hundred values that are all needed at the end are more than there are registers.
    @Test func moreValuesThanRegisters() {
      var s = Sketch(1, 1, 640)
      let x = s.load(s.operand(s.packed, numbers(640, stream: 1)))
      let many = (0..<100).map { s.add(ESP_ADD, x, 0xFFFF, imm: Float($0)) }
      s.store(
        many.dropFirst().reduce(many[0]) {
          s.add(ESP_MUL, s.add(ESP_SUB, $0, $1), 0xFFFF, imm: 0.5)
        }, s.operand(s.packed))
      s.check("many values")
    }

    @Test func aFlagKeepsStepsApart() {
      for flags in [UInt32(0), UInt32(ESP_FUSED_STEP_BY_STEP)] {
        var s = Self.program(3, (1, 1, 1000), operands: 3, steps: 12)
        s.flags = flags
        s.check("flags \(flags)")
      }
    }
  }
}
