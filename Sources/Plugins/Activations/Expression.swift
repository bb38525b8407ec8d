import EspalierProtocols

/// An activation written as a formula in x.
///
///     activation: {expression: {formula: x * sigmoid(1.702 * x)}}
///
/// Numbers, `x`, `pi`, `e`; + − * / ^ and parentheses; comparisons (`x > 0` is 1 or 0); functions as in
/// `sin(x)`, `max(x, 0)`, `where(x > 0, x, exp(x) - 1)`. `^` binds tighter than a sign before it, and to the
/// right: `-x^2` is −(x²). The gradient is derived; what is fused for built-in activations is fused here.
///
/// Shapes: any; unchanged.
public struct Expression: Activation {
  public static let manifest = Manifest(
    "expression", "a formula in x, such as x * sigmoid(1.702 * x)", aliases: ["formula"],
    sample: "{expression: {formula: x * sigmoid(1.702 * x)}}")

  @Parameter("the formula, in x") public var formula: String

  public init() {}
  public init(_ formula: String) { self.formula = formula }

  public func validate() throws {
    do { _ = try FormulaParser.parse(formula) } catch let error as FormulaProblem {
      throw PluginError(error.description, parameter: "formula", remedy: error.remedy)
    }
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    // `validate` was called before, and has told what is wrong.
    guard let formula = try? FormulaParser.parse(formula) else { return x }
    let y = formula.value(x)
    return y.shape == x.shape ? y : y.broadcast(to: x.shape)
  }
}
