import EspalierKernels
import Testing

/// A program under construction, with the operands' data, and a plain interpreter to compare with.
struct Sketch {
  var d: (Int, Int, Int)
  var instructions: [esp_instruction] = []
  var strides: [(Int, Int, Int)] = []
  var memory: [Buffer] = []
  var indices: [esp_random_index] = []
  var registers = 0
  /// Slots whose numbers are bfloat16, two in a float of the buffer.
  var shorts: Set<Int> = []
  var flags: UInt32 = 0

  init(_ d0: Int, _ d1: Int, _ d2: Int) { d = (d0, d1, d2) }

  var packed: (Int, Int, Int) { (d.1 * d.2, d.2, 1) }
  var rows: Int { d.0 * d.1 }

  mutating func operand(_ s: (Int, Int, Int), _ values: [Float]? = nil, fill: Float = -77) -> Int {
    let size = 1 + max(d.0 - 1, 0) * s.0 + max(d.1 - 1, 0) * s.1 + max(d.2 - 1, 0) * s.2
    strides.append(s)
    memory.append(Buffer(values ?? Array(repeating: fill, count: size)))
    return memory.count - 1
  }

  /// A slot of bfloat16.
  mutating func shortOperand(_ s: (Int, Int, Int), _ values: [Float]? = nil) -> Int {
    let slot = operand(s, values)
    shorts.insert(slot)
    var halves = memory[slot].values.map { UInt32(narrowed($0)) }
    if halves.count % 2 == 1 { halves.append(0x1234) }
    memory[slot] = Buffer(
      stride(from: 0, to: halves.count, by: 2).map {
        Float(bitPattern: halves[$0] | halves[$0 + 1] << 16)
      })
    return slot
  }

  /// The numbers in a slot.
  func contents(_ slot: Int) -> [Float] {
    let values = memory[slot].values
    guard shorts.contains(slot) else { return values }
    return values.flatMap {
      [Float(bitPattern: $0.bitPattern << 16), Float(bitPattern: $0.bitPattern & 0xFFFF_0000)]
    }
  }

  mutating func add(
    _ op: esp_op, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, imm: Float = 0, imm2: Float = 0,
    extra: Int = 0
  ) -> Int {
    instructions.append(
      esp_instruction(
        op: UInt16(op.rawValue), out: UInt16(registers), a: UInt16(a), b: UInt16(b), c: UInt16(c),
        immediate: imm, immediate_2: imm2, extra: UInt32(extra)))
    let writes =
      op == ESP_LOAD_BFLOAT16 || op != ESP_STORE && op.rawValue < ESP_COLUMN_SUM.rawValue
    if writes { registers += 1 }
    return registers - 1
  }

  mutating func load(_ slot: Int) -> Int {
    add(shorts.contains(slot) ? ESP_LOAD_BFLOAT16 : ESP_LOAD, extra: slot)
  }
  mutating func store(_ x: Int, _ slot: Int, imm: Float = 0, imm2: Float = 0) {
    let op = shorts.contains(slot) ? ESP_STORE_BFLOAT16 : ESP_STORE
    _ = add(op, x, imm: imm, imm2: imm2, extra: slot)
  }
  mutating func final(_ op: esp_op, _ x: Int, _ slot: Int, scale: Float = 1, keep: Float = 0) {
    _ = add(op, x, imm: scale, imm2: keep, extra: slot)
  }

  func prepare() -> (OpaquePointer?, Int32) {
    var program: OpaquePointer?
    let operands = strides.map { esp_operand(s0: Int64($0.0), s1: Int64($0.1), s2: Int64($0.2)) }
    let code = instructions.withUnsafeBufferPointer { i in
      operands.withUnsafeBufferPointer { o in
        indices.withUnsafeBufferPointer { x in
          var description = esp_fused_description(
            d0: Int64(d.0), d1: Int64(d.1), d2: Int64(d.2), instructions: i.baseAddress,
            operands: o.baseAddress, indices: x.baseAddress, instruction_count: Int32(i.count),
            operand_count: Int32(o.count), index_count: Int32(x.count),
            register_count: Int32(registers), flags: flags)
          return esp_fused_prepare(&description, &program)
        }
      }
    }
    return (program, code)
  }

  var info: esp_run_info { esp_run_info(seed: 1234, step: 5) }

  func run(block: (Int, Int, Int, Int)? = nil) {
    let (program, code) = prepare()
    #expect(code == 0, "\(String(cString: esp_fused_error(code)))")
    guard let program else { return }
    var info = info
    let pointers = memory.map { Optional($0.base) }
    if let b = block {
      let code = esp_fused_run_block(
        program, pointers, &info, Int64(b.0), Int64(b.1), Int64(b.2), Int64(b.3))
      #expect(code == 0)
    } else {
      esp_fused_run(program, pointers, &info)
    }
    esp_fused_free(program)
    for buffer in memory { #expect(buffer.intact) }
  }

  /// The expected contents of all slots: each instruction over the whole space, element by element.
  func interpret() -> [[Float]] {
    var slots = memory.indices.map(contents)
    let before = slots
    var values: [[Float]] = []
    let n = rows * d.2
    func offset(_ i: Int, _ s: (Int, Int, Int)) -> Int {
      let c = i % d.2
      let r = i / d.2
      return r / d.1 * s.0 + r % d.1 * s.1 + c * s.2
    }
    for i in instructions {
      let op = esp_op(rawValue: UInt32(i.op))
      func read(_ number: UInt16) -> [Float] {
        if number == 0xFFFF { return Array(repeating: i.immediate, count: n) }
        if number == 0xFFFE { return Array(repeating: i.immediate_2, count: n) }
        return values[Int(number)]
      }
      switch op {
      case ESP_LOAD, ESP_LOAD_BFLOAT16:
        let s = strides[Int(i.extra)]
        values.append((0..<n).map { before[Int(i.extra)][offset($0, s)] })
      case ESP_STORE, ESP_STORE_BFLOAT16:
        var x = read(i.a)
        if op == ESP_STORE_BFLOAT16 {
          x = x.map { Float(bitPattern: UInt32(narrowed($0)) << 16) }
        }
        let s = strides[Int(i.extra)]
        for e in 0..<n { slots[Int(i.extra)][offset(e, s)] = x[e] }
      case ESP_UNIFORM, ESP_NORMAL:
        let x = indices[Int(i.extra)]
        let s = (Int(x.r0), Int(x.r1), Int(x.r2))
        let f = op == ESP_UNIFORM ? esp_random_uniform : esp_random_normal
        values.append(
          (0..<n).map { f(info.seed, x.stream, info.step, UInt64(offset($0, s))) })
      case ESP_INDEX:
        let s = [(1, 0, 0), (0, 1, 0), (0, 0, 1)][Int(i.extra)]
        values.append((0..<n).map { Float(offset($0, s)) })
      case ESP_FMA:
        let x = read(i.a)
        let y = read(i.b)
        let z = read(i.c)
        #if arch(x86_64)
          let fused = instructionLevel() > 0
        #else
          let fused = true
        #endif
        values.append(
          (0..<n).map { fused ? z[$0].addingProduct(x[$0], y[$0]) : x[$0] * y[$0] + z[$0] })
      case ESP_BFLOAT16:
        values.append(read(i.a).map { Float(bitPattern: UInt32(narrowed($0)) << 16) })
      case ESP_SELECT:
        let x = read(i.a)
        let y = read(i.b)
        let z = read(i.c)
        values.append((0..<n).map { z[$0] != 0 ? x[$0] : y[$0] })
      case ESP_ROW_SUM, ESP_ROW_MAX, ESP_ROW_MIN, ESP_ROW_ARGMAX:
        let x = read(i.a)
        var out = [Float]()
        for r in 0..<rows {
          // sums in the order of the kernel: through a program of one row
          var one = Sketch(1, 1, d.2)
          let source = one.operand((0, 0, 1), Array(x[r * d.2..<(r + 1) * d.2]))
          let target = one.operand((0, 0, 0), [0])
          let loaded = one.load(source)
          one.store(one.add(op, loaded), target)
          one.run()
          out += Array(repeating: one.memory[target].values[0], count: d.2)
        }
        values.append(out)
      case ESP_COLUMN_SUM, ESP_SUM_ALL, ESP_SUM_ROWS, ESP_MAX_ALL, ESP_MIN_ALL:
        let x = read(i.a).map(Double.init)
        func put(_ total: Double, at position: Int) {
          let old =
            i.immediate_2 == 0 ? 0 : Double(i.immediate_2) * Double(slots[Int(i.extra)][position])
          slots[Int(i.extra)][position] = Float(Double(i.immediate) * total + old)
        }
        switch op {
        case ESP_COLUMN_SUM:
          for c in 0..<d.2 {
            put(
              stride(from: c, to: n, by: d.2).reduce(0) { $0 + x[$1] },
              at: c * strides[Int(i.extra)].2)
          }
        case ESP_SUM_ALL: put(x.reduce(0, +), at: 0)
        case ESP_SUM_ROWS: put(stride(from: 0, to: n, by: d.2).reduce(0) { $0 + x[$1] }, at: 0)
        case ESP_MAX_ALL: slots[Int(i.extra)][0] = Float(x.max() ?? -.infinity)
        default: slots[Int(i.extra)][0] = Float(x.min() ?? .infinity)
        }
      default:
        let x = read(i.a)
        var out = [Float](repeating: 0, count: n)
        if i.op >= UInt16(ESP_ADD.rawValue) {
          let code = esp_vector_binary(op, &out, x, read(i.b), Int64(n))
          #expect(code == 0)
        } else {
          let code = esp_vector_unary(op, &out, x, Int64(n))
          #expect(code == 0)
        }
        values.append(out)
      }
    }
    return slots
  }

  /// Runs both ways and compares: stored values exactly, sums within `tolerance`.
  func check(_ note: String = "", sums: Set<Int> = [], tolerance: Float = 1e-5) {
    let expected = interpret()
    run()
    for slot in memory.indices {
      let got = contents(slot)
      var wrong = 0
      for (x, y) in zip(got, expected[slot]) {
        let close = sums.contains(slot) && abs(x - y) <= tolerance * max(1, abs(y))
        if !(x == y || (x.isNaN && y.isNaN) || close) { wrong += 1 }
      }
      #expect(
        wrong == 0, "\(note) slot \(slot) of space \(d) on instruction set \(instructionLevel())"
      )
    }
  }
}

/// The nearest bfloat16, of two the one with an even last bit.
func narrowed(_ x: Float) -> UInt16 {
  let high = UInt16(x.bitPattern >> 16)
  if x.isNaN { return high | 0x40 }
  let rest = x.bitPattern & 0xFFFF
  return rest > 0x8000 || rest == 0x8000 && high % 2 == 1 ? high + 1 : high
}

/// Every instruction set of this machine in turn.
func onEveryInstructionSet(_ body: () -> Void) {
  let best = instructionLevel()
  for level in 0...best where setInstructionLevel(level) == level { body() }
  _ = setInstructionLevel(best)
}

func numbers(_ n: Int, stream: UInt32, low: Float = -2, high: Float = 2) -> [Float] {
  (0..<n).map { low + (high - low) * esp_random_uniform(99, stream, 0, UInt64($0)) }
}
