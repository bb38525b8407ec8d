import EspalierKernels
import Testing

// The instruction set is chosen for the whole process, so these run one after the other.
extension KernelTests {
  @Suite struct Fused {
    static let spaces = [
      (1, 1, 1), (1, 1, 7), (1, 1, 16), (1, 1, 1000), (1, 1, 5000), (1, 32, 10), (1, 37, 10),
      (1, 256, 10),
      (2, 3, 5), (4, 33, 7), (3, 5, 64), (1, 64, 128), (1, 5, 256), (1, 3, 300), (1, 2, 2100),
      (2, 300, 3),
      (7, 1, 33), (1, 40, 1), (5, 8, 1), (1, 9, 1001), (3, 1, 1), (64, 16, 16),
    ]

    @Test func chains() {
      onEveryInstructionSet {
        for d in Fused.spaces {
          var s = Sketch(d.0, d.1, d.2)
          let n = s.rows * d.2
          let x = s.load(s.operand(s.packed, numbers(n, stream: 1)))
          let y = s.load(s.operand((0, 0, 1), numbers(d.2, stream: 2)))
          let z = s.load(s.operand((d.1, 1, 0), numbers(s.rows, stream: 3)))
          let w = s.load(s.operand((0, 0, 0), [0.75]))
          let u = s.add(ESP_FMA, x, 0xFFFF, 0xFFFE, imm: 2, imm2: 1)
          let v = s.add(ESP_MUL, s.add(ESP_ADD, u, y), z)
          let t = s.add(ESP_TANH, s.add(ESP_SUB, 0xFFFF, v, imm: 1))
          let yy = s.add(ESP_EXP, y)
          let zw = s.add(ESP_DIV, z, w)
          let mask = s.add(ESP_GT, t, 0xFFFF, imm: 0.1)
          let q = s.add(ESP_SELECT, yy, zw, mask)
          s.store(q, s.operand(s.packed))
          s.store(s.add(ESP_MAX, t, x), s.operand(s.packed))
          if d.2 > 1 || s.rows == 1 { s.store(zw, s.operand((d.1, 1, 0))) }
          s.check("chain")
        }
      }
    }

    @Test func reductions() {
      onEveryInstructionSet {
        for d in Fused.spaces {
          var s = Sketch(d.0, d.1, d.2)
          let x = s.load(s.operand(s.packed, numbers(s.rows * d.2, stream: 4)))
          let top = s.add(ESP_ROW_MAX, x)
          let e = s.add(ESP_EXP, s.add(ESP_SUB, x, top))
          let total = s.add(ESP_ROW_SUM, e)
          let p = s.add(ESP_DIV, e, total)
          s.store(p, s.operand(s.packed))
          let best = s.add(ESP_ROW_ARGMAX, x)
          let hot = s.add(ESP_EQ, best, s.add(ESP_INDEX, extra: 2))
          s.store(hot, s.operand(s.packed))
          let low = s.add(ESP_ROW_MIN, p)
          s.store(low, s.operand((d.1, 1, 0)))
          let columns = s.operand((0, 0, 2))
          s.final(ESP_COLUMN_SUM, p, columns, scale: 0.5, keep: 2)
          let ofRows = s.operand((0, 0, 1))
          s.final(ESP_COLUMN_SUM, low, ofRows)
          let all = s.operand((0, 0, 0))
          s.final(ESP_SUM_ALL, x, all, scale: 0.25)
          let each = s.operand((0, 0, 0), [3])
          s.final(ESP_SUM_ROWS, s.add(ESP_LOG, total), each, scale: 1, keep: 1)
          s.final(ESP_MAX_ALL, hot, s.operand((0, 0, 0)))
          s.final(ESP_MIN_ALL, x, s.operand((0, 0, 0)))
          s.check("reductions", sums: [columns, ofRows, all, each])
        }
      }
    }

    @Test func stridesAndPlaces() {
      onEveryInstructionSet {
        for d in Fused.spaces {
          var s = Sketch(d.0, d.1, d.2)
          let n = s.rows * d.2
          // rows with gaps, dimensions permuted, reads and writes
          let gaps = ((d.1 * (d.2 + 3)), d.2 + 3, 1)
          let swapped = (d.1 * d.2, 1, d.1)
          let outer = (1, d.0 * d.2, d.0)
          let a = s.load(s.operand(gaps, numbers(d.0 * d.1 * (d.2 + 3), stream: 5)))
          let b = s.load(s.operand(swapped, numbers(n, stream: 6)))
          let c = s.load(s.operand(outer, numbers(n, stream: 7)))
          let i0 = s.add(ESP_INDEX, extra: 0)
          let i1 = s.add(ESP_INDEX, extra: 1)
          let x = s.add(ESP_FMA, a, b, c)
          let y = s.add(ESP_ADD, x, s.add(ESP_MUL, i0, i1))
          s.store(x, s.operand(swapped))
          s.store(y, s.operand(gaps))
          s.store(s.add(ESP_SIN, y), s.operand(outer))
          s.check("strides")
        }
      }
    }

    @Test func inPlace() {
      onEveryInstructionSet {
        for d in Fused.spaces {
          var s = Sketch(d.0, d.1, d.2)
          let n = s.rows * d.2
          let weights = s.operand(s.packed, numbers(n, stream: 8))
          let momentum = s.operand(s.packed, numbers(n, stream: 9))
          let gradient = s.load(s.operand(s.packed, numbers(n, stream: 10)))
          let w = s.load(weights)
          let m = s.load(momentum)
          let next = s.add(ESP_FMA, m, 0xFFFF, gradient, imm: 0.9)
          s.store(next, momentum)
          let stepped = s.add(ESP_FMA, next, 0xFFFF, w, imm: -0.1)
          s.store(stepped, weights)
          // old values after the new ones were stored
          s.store(s.add(ESP_SUB, m, w), s.operand(s.packed))
          s.store(gradient, s.operand(s.packed))
          s.store(s.add(ESP_ADD, 0xFFFF, 0xFFFE, imm: 1, imm2: 2), s.operand(s.packed))
          s.check("in place")

          // the old value is read between the definition of the new one and its store
          var t = Sketch(d.0, d.1, d.2)
          let slot = t.operand(t.packed, numbers(n, stream: 15))
          let old = t.load(slot)
          let new = t.add(ESP_MUL, old, 0xFFFF, imm: 3)
          let change = t.add(ESP_SUB, new, old)
          let again = t.load(slot)
          t.store(new, slot)
          t.store(t.add(ESP_FMA, change, 0xFFFF, again, imm: 7), t.operand(t.packed))
          t.check("in place, old value between")
        }
      }
    }

    /// Memory of 16 bits at all strides, with values in place.
    @Test func shortMemory() {
      onEveryInstructionSet {
        for d in Fused.spaces {
          var s = Sketch(d.0, d.1, d.2)
          let n = s.rows * d.2
          let gaps = ((d.1 * (d.2 + 3)), d.2 + 3, 1)
          let swapped = (d.1 * d.2, 1, d.1)
          let outer = (1, d.0 * d.2, d.0)
          let own = s.shortOperand(s.packed, numbers(n, stream: 31))
          let x = s.load(own)
          let a = s.load(s.shortOperand(gaps, numbers(d.0 * d.1 * (d.2 + 3), stream: 32)))
          let b = s.load(s.shortOperand(swapped, numbers(n, stream: 33)))
          let c = s.load(s.shortOperand((0, 0, 1), numbers(d.2, stream: 34)))
          let r = s.load(s.shortOperand((d.1, 1, 0), numbers(s.rows, stream: 35)))
          let e = s.load(s.shortOperand((0, 0, 0), [0.7]))
          let y = s.add(ESP_FMA, s.add(ESP_ADD, x, a), s.add(ESP_MUL, b, e), s.add(ESP_SUB, c, r))
          s.store(y, own)
          s.store(y, s.shortOperand(gaps))
          s.store(s.add(ESP_MUL, y, y), s.shortOperand(swapped))
          s.store(s.add(ESP_BFLOAT16, y), s.shortOperand(outer))
          s.store(s.add(ESP_BFLOAT16, y), s.operand(s.packed))
          if d.2 > 1 || s.rows == 1 { s.store(r, s.shortOperand((d.1, 1, 0))) }
          s.check("16 bits")
        }
      }
    }

    /// Ties, what becomes infinite, denormal numbers, NaN whose last bits alone tell that it is one.
    @Test func roundingToShort() {
      var values: [Float] = [
        0, -0.0, .infinity, -.infinity, .nan, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
        .leastNormalMagnitude, 1, -1,
      ]
      for bits in [0x3F80_8000, 0x3F81_8000, 0x3F80_8001, 0x3F80_7FFF, 0x7F7F_8000, 0x7F80_0001]
        as [UInt32]
      {
        values += [Float(bitPattern: bits), Float(bitPattern: bits | 0x8000_0000)]
      }
      for k in 0..<400 as Range<UInt64> {
        values.append(Float(bitPattern: UInt32(truncatingIfNeeded: esp_random_bits(5, 0, 0, k))))
      }
      let expected = values.map { UInt32(narrowed($0)) << 16 }
      onEveryInstructionSet {
        for count in [1, 7, 16, 17, 48, values.count] {
          var s = Sketch(1, 1, count)
          let x = s.load(s.operand(s.packed, Array(values[..<count])))
          let short = s.shortOperand(s.packed)
          let long = s.operand(s.packed)
          s.store(x, short)
          s.store(s.add(ESP_BFLOAT16, x), long)
          s.run()
          #expect(s.contents(short)[..<count].map(\.bitPattern) == Array(expected[..<count]))
          #expect(s.contents(long).map(\.bitPattern) == Array(expected[..<count]))
          var narrow = [UInt16](repeating: 0, count: count)
          esp_narrow(values, &narrow, count)
          #expect(narrow.map { UInt32($0) << 16 } == Array(expected[..<count]))
          var wide = [Float](repeating: 0, count: count)
          esp_widen(narrow, &wide, count)
          #expect(wide.map(\.bitPattern) == Array(expected[..<count]))
          #expect(
            rounded(Array(values[..<count]), Int32(ESP_PRECISION_BFLOAT16)).map(\.bitPattern)
              == Array(expected[..<count]))
        }
      }
    }

    @Test func randomNumbers() {
      onEveryInstructionSet {
        for d in Fused.spaces {
          var s = Sketch(d.0, d.1, d.2)
          let packed = s.packed
          func entry(_ r: (Int, Int, Int), _ stream: UInt32) -> Int {
            s.indices.append(
              esp_random_index(r0: Int64(r.0), r1: Int64(r.1), r2: Int64(r.2), stream: stream))
            return s.indices.count - 1
          }
          let u = s.add(ESP_UNIFORM, extra: entry(packed, 1))
          let perRow = s.add(ESP_UNIFORM, extra: entry((d.1, 1, 0), 2))
          let perColumn = s.add(ESP_NORMAL, extra: entry((0, 0, 3), 3))
          let odd = s.add(ESP_NORMAL, extra: entry((5, 4_294_967_295, 7), 4))
          let one = s.add(ESP_NORMAL, extra: entry((0, 0, 0), 5))
          s.store(u, s.operand(packed))
          s.store(s.add(ESP_ADD, perRow, perColumn), s.operand(packed))
          s.store(s.add(ESP_MUL, odd, one), s.operand(packed))
          s.check("random")
        }
      }
    }

    /// Programs made at random: shapes, strides, broadcasts, places in memory and lifetimes in every combination.
    @Test func randomPrograms() {
      var counter: UInt64 = 0
      func dice(_ n: Int) -> Int {
        counter += 1
        return Int(esp_random_bits(2024, 0, 0, counter) % UInt64(n))
      }
      let best = instructionLevel()
      for round in 0..<400 {
        _ = setInstructionLevel(Int32(round) % (best + 1))
        let widths = [1, 2, 3, 5, 8, 10, 16, 17, 31, 32, 48, 64, 100, 130, 256, 300, 1040]
        var s = Sketch(
          [1, 1, 2, 3, 5][dice(5)], [1, 2, 7, 16, 33][dice(5)], widths[dice(widths.count)])
        let (d0, d1, d2) = s.d
        func strides() -> (Int, Int, Int) {
          switch dice(8) {
          case 0: (0, 0, 0)
          case 1: (0, 0, 1)
          case 2: (d1, 1, 0)
          case 3: (0, 1, 0)
          case 4: (d1 * d2, 1, d1)
          case 5: (d1 * (d2 + 5), d2 + 5, 1)
          default: s.packed
          }
        }
        var slots: [Int] = []
        for k in 0..<4 {
          let layout = strides()
          let size = 1 + (d0 - 1) * layout.0 + (d1 - 1) * layout.1 + (d2 - 1) * layout.2
          let values = numbers(size, stream: UInt32(k + 70))
          slots.append(dice(4) == 0 ? s.shortOperand(layout, values) : s.operand(layout, values))
        }
        var live = slots.map { s.load($0) }
        var stored: Set<Int> = []
        s.indices = [
          esp_random_index(r0: Int64(d1 * d2), r1: Int64(d2), r2: 1, stream: 1),
          esp_random_index(r0: Int64(d1), r1: 1, r2: 0, stream: 2),
          esp_random_index(r0: 0, r1: 0, r2: 1, stream: 3),
        ]
        let unary = [
          ESP_NEG, ESP_ABS, ESP_RELU, ESP_SQUARE, ESP_TANH, ESP_SIGMOID, ESP_SIGN, ESP_SIN,
        ]
        let binary = [ESP_ADD, ESP_SUB, ESP_MUL, ESP_MAX, ESP_MIN, ESP_GT, ESP_LE]
        var stores: [(Int, Int)] = []
        for _ in 0..<(3 + dice(22)) {
          func pick() -> Int {
            dice(6) == 0
              ? 0xFFFE + dice(2) : live[max(live.count - 1 - dice(dice(3) == 0 ? 20 : 5), 0)]
          }
          switch dice(12) {
          case 0...2: live.append(s.add(unary[dice(unary.count)], pick()))
          case 3...6:
            live.append(s.add(binary[dice(binary.count)], pick(), pick(), imm: 0.5, imm2: -1.25))
          case 7: live.append(s.add(ESP_FMA, pick(), pick(), pick(), imm: 0.5, imm2: -1.25))
          case 8: live.append(s.add(ESP_SELECT, pick(), pick(), pick(), imm: 0, imm2: 2))
          case 9:
            let reductions = [ESP_ROW_SUM, ESP_ROW_MAX, ESP_ROW_MIN, ESP_ROW_ARGMAX]
            live.append(s.add(ESP_MUL, s.add(reductions[dice(4)], pick()), 0xFFFF, imm: 0.125))
          case 10: live.append(s.add([ESP_UNIFORM, ESP_NORMAL][dice(2)], extra: dice(3)))
          default:
            // now, in place over a packed slot that nothing loads any more, or into a new one
            let own = slots.first { slot in
              let t = s.strides[slot]
              return t == s.packed && !stored.contains(slot) && !(d1 > 1 && t.1 == 0)
            }
            if let own, dice(2) == 0 {
              stored.insert(own)
              stores.append((pick(), own))
            } else {
              let kinds = [s.packed, (d1 * d2, 1, d1), (d1 * (d2 + 5), d2 + 5, 1)]
              let kind = kinds[dice(3)]
              stores.append((pick(), dice(4) == 0 ? s.shortOperand(kind) : s.operand(kind)))
            }
            let (value, slot) = stores.last!
            s.store(value, slot, imm: 3, imm2: 4)
          }
        }
        s.store(live.last!, s.operand(s.packed))
        s.check("random program \(round)")
      }
      _ = setInstructionLevel(best)
    }

    @Test(arguments: [false, true]) func blocks(_ short: Bool) {
      for d in [(1, 40, 50), (2, 30, 200), (1, 7, 1500), (1, 64, 16)] {
        for (r0, r1, c0, c1) in [
          (0, 7, 0, 16), (3, 7, 5, 14), (1, 6, 0, d.2), (2, 3, 3, d.2), (0, 7, 0, min(d.2, 113)),
        ]
        where c1 <= d.2 {
          var s = Sketch(d.0, d.1, d.2)
          s.flags = UInt32(ESP_FUSED_BLOCKS)
          let n = s.rows * d.2
          let target =
            short
            ? s.shortOperand(s.packed, numbers(n, stream: 11))
            : s.operand(s.packed, numbers(n, stream: 11))
          let bias = s.load(s.operand((0, 0, 1), numbers(d.2, stream: 12)))
          let scale = s.load(s.operand((d.1, 1, 0), numbers(s.rows, stream: 13)))
          let x = s.load(target)
          s.indices = [esp_random_index(r0: Int64(d.1 * d.2), r1: Int64(d.2), r2: 1, stream: 9)]
          let keep = s.add(ESP_LT, s.add(ESP_UNIFORM, extra: 0), 0xFFFF, imm: 0.5)
          let b = s.add(ESP_MUL, bias, 0xFFFF, imm: 3)
          let y = s.add(ESP_RELU, s.add(ESP_FMA, x, scale, b))
          s.store(s.add(ESP_MUL, y, keep), target)
          var expected = s.interpret()[target]
          let before = s.contents(target)
          for i in 0..<n where !(r0..<r1).contains(i / d.2) || !(c0..<c1).contains(i % d.2) {
            expected[i] = before[i]
          }
          s.run(block: (r0, r1, c0, c1))
          #expect(s.contents(target) == expected, "\(d) \(r0)..<\(r1) \(c0)..<\(c1)")
          // the same program over its whole space
          var whole = s
          whole.memory = whole.memory.map { Buffer($0.values) }
          whole.check("blocks, whole")
        }
      }
    }

    @Test func threadCountDoesNotMatter() {
      let threads = esp_thread_count()
      defer { esp_set_thread_count(threads) }
      var results: [[[Float]]] = []
      for count in [1, 2, 1] {
        esp_set_thread_count(Int32(count))
        var s = Sketch(1, 3000, 130)
        s.indices = [esp_random_index(r0: 0, r1: 130, r2: 1, stream: 9)]
        let x = s.load(s.operand(s.packed, numbers(3000 * 130, stream: 14)))
        let y = s.add(ESP_ADD, s.add(ESP_EXP, x), s.add(ESP_NORMAL, extra: 0))
        s.store(s.add(ESP_SUB, y, s.add(ESP_ROW_SUM, y)), s.operand(s.packed))
        s.final(ESP_COLUMN_SUM, y, s.operand((0, 0, 1)))
        s.final(ESP_SUM_ALL, y, s.operand((0, 0, 0)))
        let (program, _) = s.prepare()
        #expect(esp_fused_chunks(program) > 4)
        esp_fused_free(program)
        s.run()
        results.append(s.memory.map(\.values))
      }
      #expect(results[0] == results[1] && results[0] == results[2])
    }

    @Test func emptySpace() {
      var s = Sketch(1, 0, 5)
      let x = s.load(s.operand(s.packed))
      let columns = s.operand((0, 0, 1), [9, 9, 9, 9, 9])
      let total = s.operand((0, 0, 0), [4])
      s.final(ESP_COLUMN_SUM, x, columns)
      s.final(ESP_SUM_ALL, x, total, scale: 1, keep: 1)
      s.run()
      #expect(s.memory[columns].values == [0, 0, 0, 0, 0])
      #expect(s.memory[total].values == [4])
    }

    @Test func mistakesAreRefused() {
      func code(_ build: (inout Sketch) -> Void) -> Int32 {
        var s = Sketch(1, 4, 8)
        build(&s)
        let (program, code) = s.prepare()
        #expect((program == nil) == (code != 0))
        esp_fused_free(program)
        return code
      }
      #expect(code { _ = $0.add(ESP_OP_COUNT) } == -1)
      #expect(code { _ = $0.add(ESP_NEG, 3) } == -2)
      #expect(
        code { s in
          let x = s.load(s.operand(s.packed))
          s.registers -= 1
          _ = s.add(ESP_NEG, x)
        } == -2)
      #expect(code { _ = $0.load(2) } == -3)
      #expect(
        code { s in
          let x = s.load(s.operand(s.packed))
          let out = s.operand(s.packed)
          s.store(x, out)
          s.store(x, out)
        } == -3)
      #expect(code { _ = $0.add(ESP_UNIFORM, extra: 0) } == -4)
      #expect(code { _ = $0.add(ESP_INDEX, extra: 3) } == -4)
      #expect(code { s in s.store(s.load(s.operand(s.packed)), s.operand((0, 0, 1))) } == -5)
      #expect(code { s in s.store(s.load(s.operand(s.packed)), s.operand((0, 1, 0))) } == -5)
      #expect(
        code { s in
          let out = s.operand(s.packed)
          s.store(s.load(s.operand(s.packed)), out)
          _ = s.load(out)
        } == -6)
      #expect(
        code { s in
          s.d.2 = 20000
          _ = s.add(ESP_ROW_SUM, s.load(s.operand(s.packed)))
        } == -7)
      #expect(
        code { s in
          s.flags = UInt32(ESP_FUSED_BLOCKS)
          _ = s.add(ESP_ROW_SUM, s.load(s.operand(s.packed)))
        } == -10)
      #expect(code { s in s.store(s.load(s.operand(s.packed)), s.operand(s.packed)) } == 0)
      // Both widths in one slot; a slot that was stored; a sum of 16 bits.
      #expect(
        code { s in
          let slot = s.operand(s.packed)
          _ = s.add(ESP_STORE_BFLOAT16, s.load(slot), extra: slot)
        } == -3)
      #expect(
        code { s in
          let out = s.shortOperand(s.packed)
          s.store(s.load(s.operand(s.packed)), out)
          _ = s.load(out)
        } == -6)
      #expect(
        code { s in
          let slot = s.shortOperand((0, 0, 1))
          s.final(ESP_COLUMN_SUM, s.load(slot), slot)
        } == -3)
    }
  }
}
