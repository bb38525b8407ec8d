extension Tensor {
  /// Sum of elements; shapes broadcast, as in all binary operations.
  public static func + (a: Tensor, b: Tensor) -> Tensor { binary(.add, a, b) }
  public static func + (a: Tensor, b: Float) -> Tensor { binary(.add, a, b) }
  public static func + (a: Float, b: Tensor) -> Tensor { binary(.add, b, a) }
  /// Difference of elements.
  public static func - (a: Tensor, b: Tensor) -> Tensor { binary(.subtract, a, b) }
  public static func - (a: Tensor, b: Float) -> Tensor { binary(.subtract, a, b) }
  public static func - (a: Float, b: Tensor) -> Tensor { binary(.subtract, a, b) }
  /// Product of elements.
  public static func * (a: Tensor, b: Tensor) -> Tensor { binary(.multiply, a, b) }
  public static func * (a: Tensor, b: Float) -> Tensor { binary(.multiply, a, b) }
  public static func * (a: Float, b: Tensor) -> Tensor { binary(.multiply, b, a) }
  /// Quotient of elements.
  public static func / (a: Tensor, b: Tensor) -> Tensor { binary(.divide, a, b) }
  public static func / (a: Tensor, b: Float) -> Tensor { binary(.divide, a, b) }
  public static func / (a: Float, b: Tensor) -> Tensor { binary(.divide, a, b) }
  /// Every element with the other sign.
  public static prefix func - (a: Tensor) -> Tensor { a.unary(.negate) }

  public static func += (a: inout Tensor, b: Tensor) { a = a + b }
  public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
  public static func *= (a: inout Tensor, b: Float) { a = a * b }

  // Comparisons give 1 or 0 and have no gradient.
  /// 1 where a is greater, else 0.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { binary(.greater, a, b) }
  public static func .> (a: Tensor, b: Float) -> Tensor { binary(.greater, a, b) }
  /// 1 where a is greater or equal, else 0.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { binary(.greaterOrEqual, a, b) }
  public static func .>= (a: Tensor, b: Float) -> Tensor { binary(.greaterOrEqual, a, b) }
  /// 1 where a is less, else 0.
  public static func .< (a: Tensor, b: Tensor) -> Tensor { binary(.less, a, b) }
  public static func .< (a: Tensor, b: Float) -> Tensor { binary(.less, a, b) }
  /// 1 where a is less or equal, else 0.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor { binary(.lessOrEqual, a, b) }
  public static func .<= (a: Tensor, b: Float) -> Tensor { binary(.lessOrEqual, a, b) }
  /// 1 where both are equal, else 0.
  public static func .== (a: Tensor, b: Tensor) -> Tensor { binary(.equal, a, b) }
  public static func .== (a: Tensor, b: Float) -> Tensor { binary(.equal, a, b) }
  /// 1 where they differ, else 0.
  public static func .!= (a: Tensor, b: Tensor) -> Tensor { binary(.notEqual, a, b) }
}

/// eˣ
public func exp(_ x: Tensor) -> Tensor { x.unary(.exp) }
/// eˣ − 1, accurate near zero.
public func expm1(_ x: Tensor) -> Tensor { x.unary(.expm1) }
/// Natural logarithm.
public func log(_ x: Tensor) -> Tensor { x.unary(.log) }
/// log(1 + x), accurate near zero.
public func log1p(_ x: Tensor) -> Tensor { x.unary(.log1p) }
/// √x
public func sqrt(_ x: Tensor) -> Tensor { x.unary(.sqrt) }
/// (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)
public func tanh(_ x: Tensor) -> Tensor { x.unary(.tanh) }
/// 1 / (1 + e⁻ˣ)
public func sigmoid(_ x: Tensor) -> Tensor { x.unary(.sigmoid) }
/// 2/√π ∫₀ˣ e^(−t²) dt
public func erf(_ x: Tensor) -> Tensor { x.unary(.erf) }
/// Sine of x in radians.
public func sin(_ x: Tensor) -> Tensor { x.unary(.sin) }
/// Cosine of x in radians.
public func cos(_ x: Tensor) -> Tensor { x.unary(.cos) }
/// |x|; the gradient at zero is zero.
public func abs(_ x: Tensor) -> Tensor { x.unary(.absolute) }
/// −1, 0 or 1.
public func sign(_ x: Tensor) -> Tensor { x.unary(.sign) }
/// The largest whole number that is not above x; no gradient.
public func floor(_ x: Tensor) -> Tensor { x.unary(.floor) }
/// 1 where x is neither infinite nor NaN.
public func isFinite(_ x: Tensor) -> Tensor { x.unary(.isFinite) }
/// log(1 + eˣ) without overflow.
public func softplus(_ x: Tensor) -> Tensor {
  // min(x, −x) is −|x| with a slope of one at zero, which makes the gradient there a half.
  maximum(x, 0) + log1p(exp(minimum(x, -x)))
}
/// x²
public func square(_ x: Tensor) -> Tensor { x * x }

/// The larger of two; the gradient goes to it, and to `b` where they are equal.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { Tensor.binary(.maximum, a, b) }
public func maximum(_ a: Tensor, _ b: Float) -> Tensor { Tensor.binary(.maximum, a, b) }
/// The smaller of two; the gradient goes to it, and to `a` where they are equal.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { Tensor.binary(.minimum, a, b) }
public func minimum(_ a: Tensor, _ b: Float) -> Tensor { Tensor.binary(.minimum, a, b) }
/// aᵇ; the gradient with respect to b needs a > 0.
public func pow(_ a: Tensor, _ b: Tensor) -> Tensor { Tensor.binary(.power, a, b) }
public func pow(_ a: Tensor, _ b: Float) -> Tensor { Tensor.binary(.power, a, b) }
public func pow(_ a: Float, _ b: Tensor) -> Tensor { Tensor.binary(.power, a, b) }

/// `a` where the condition is not zero, elsewhere `b`.
public func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
  guard let ab = Shape.broadcast(a.shape, b.shape),
    let shape = Shape.broadcast(condition.shape, ab)
  else {
    return a.recorder.fail(
      "select: shapes \(condition.shape), \(a.shape) and \(b.shape) do not fit", like: a)
  }
  return a.recorder.add(
    .select, [condition, a, b].map { $0.broadcast(to: shape) }, shape)
}
