/// How matrix products and convolutions read their operands; they add up in 32 bits always.
///
/// Rounding is to the nearest, ties to even; what is too large becomes infinite, and NaN stays. Gradients
/// of a product are products of the same precision.
///
/// In `bfloat16` whole values are rounded, once for all that read them: what a product reads, unless it is a parameter
/// or was handed in, what a product of a layer makes, and the gradients of both. So they need 16 bits in memory.
public enum ProductPrecision: String, Sendable, Hashable, CaseIterable {
  /// As they are: 24 significant bits.
  case float32
  /// 8 significant bits and the range of 32-bit floats; at twice the speed where the processor has
  /// instructions for it.
  case bfloat16
  /// 11 significant bits between 6·10⁻⁵ and 65504, fewer down to 6·10⁻⁸.
  case float16

  /// A number as a product of this precision reads it.
  public func rounded(_ value: Float) -> Float {
    switch self {
    case .float32: return value
    case .bfloat16:
      if value.isNaN { return Float(bitPattern: (value.bitPattern | 0x40_0000) & 0xFFFF_0000) }
      let bits = value.bitPattern
      return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
    case .float16:
      let size = value.magnitude
      if value.isNaN || size >= 65520 { return value.isNaN ? value : value * .infinity }
      // Below 2⁻¹⁴ numbers are multiples of 2⁻²⁴, which is the last place of 0.5.
      if size < 0x1p-14 { return Float(signOf: value, magnitudeOf: size + 0.5 - 0.5) }
      let bits = value.bitPattern
      return Float(bitPattern: (bits &+ 0xFFF &+ (bits >> 13 & 1)) & ~0x1FFF)
    }
  }
}
