import EspalierConformance
import EspalierKernels
import EspalierProtocols
import EspalierReferenceBackend
import EspalierReferences
import Testing

/// Rounding to 16 bits, against PyTorch's, in Swift and in the kernels.
@Suite struct ProductPrecisionTests {
  static let all: [(name: String, precision: ProductPrecision, code: Int32)] = [
    ("bfloat16", .bfloat16, 1), ("float16", .float16, 2),
  ]

  @Test(arguments: all.indices) func rounding(_ index: Int) throws {
    let (name, precision, code) = Self.all[index]
    let cases = try Oracle.cases("training_aids/mixed_precision", named: ["round_to_\(name)"])
    let reference = try #require(cases.first)
    let values = reference.inputs["float32"]!.values.map { Float($0) }
    let expected = reference.outputs[name]!.values.map { Float($0) }
    var kernel = values
    esp_round(code, values, &kernel, values.count)
    for (place, right) in expected.enumerated() {
      let mine = precision.rounded(values[place])
      if right.isNaN {
        #expect(mine.isNaN && kernel[place].isNaN)
      } else {
        #expect(mine.bitPattern == right.bitPattern, "\(values[place])")
        #expect(kernel[place].bitPattern == right.bitPattern, "\(values[place])")
      }
    }
  }

  /// Every 16-bit number is itself, and halfway between two the even one wins.
  @Test(arguments: all.indices) func everyNumber(_ index: Int) {
    let (_, precision, code) = Self.all[index]
    let step: UInt32 = precision == .bfloat16 ? 1 << 16 : 1 << 13
    var bits: UInt32 = precision == .bfloat16 ? 0x0080_0000 : 0x3880_0000
    let last: UInt32 = precision == .bfloat16 ? 0x7F7E_0000 : 0x477F_C000
    while bits < last {
      let (number, next) = (Float(bitPattern: bits), Float(bitPattern: bits + step))
      let half = Float(bitPattern: bits + step / 2)
      let even = bits / step % 2 == 0 ? number : next
      let values = [number, half, Float(bitPattern: bits + step / 2 - 1), -half]
      var kernel = values
      esp_round(code, values, &kernel, 4)
      #expect(values.map(precision.rounded) == [number, even, number, -even])
      #expect(kernel == [number, even, number, -even])
      bits += step * 37
    }
  }

  @Test func scalingSavesSmallGradients() throws {
    let reference = try #require(
      try Oracle.cases("training_aids/mixed_precision", named: ["loss_scaling_underflow"]).first)
    let gradients = reference.inputs["gradient"]!.values.map { Float($0) }
    let scale = Float(try #require(reference.number("scale")))
    let lost = reference.outputs["float16_without_scaling"]!.values.map { Float($0) }
    let kept = reference.outputs["float16_with_scaling_then_unscaled"]!.values.map { Float($0) }
    #expect(gradients.map(ProductPrecision.float16.rounded) == lost)
    #expect(gradients.map { ProductPrecision.float16.rounded($0 * scale) / scale } == kept)
  }

  /// Products recorded within, and those of their gradients, read rounded operands.
  @Test func gradientsAreRoundedToo() throws {
    let recorder = Recorder()
    let a = recorder.input("a", [2, 3])
    let b = recorder.input("b", [3, 2])
    let product = recorder.reading({ $0 == "dense_1" ? .bfloat16 : nil }) {
      recorder.within("dense_1") { matmul(a, b) }
    }
    let plain = recorder.within("dense_2") { matmul(a, b) }
    let loss = (product * product).sum() + plain.sum()
    for gradient in loss.gradients(for: [a, b]) { recorder.output("g", gradient) }
    let program = try recorder.finish()
    var counts: [ProductPrecision: Int] = [:]
    for node in program.nodes {
      if case .matmul(_, _, let precision) = node.primitive { counts[precision, default: 0] += 1 }
    }
    #expect(counts == [.bfloat16: 3, .float32: 3])
  }
}
