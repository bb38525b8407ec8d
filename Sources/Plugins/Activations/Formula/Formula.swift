import EspalierProtocols

/// A formula that was read: numbers, the variable, and functions of others.
indirect enum Formula {
  case number(Float)
  case variable
  case unary(Function, Formula)
  case binary(Operation, Formula, Formula)
  case choice(Formula, Formula, Formula)

  /// Functions of one number.
  enum Function: String, CaseIterable {
    case exp, expm1, log, log1p, sqrt, tanh, sigmoid, erf, sin, cos, abs, sign, floor, softplus,
      relu
    case square
    case negative = "-"

    func callAsFunction(_ x: Tensor) -> Tensor {
      switch self {
      case .exp: EspalierProtocols.exp(x)
      case .expm1: EspalierProtocols.expm1(x)
      case .log: EspalierProtocols.log(x)
      case .log1p: EspalierProtocols.log1p(x)
      case .sqrt: EspalierProtocols.sqrt(x)
      case .tanh: EspalierProtocols.tanh(x)
      case .sigmoid: EspalierProtocols.sigmoid(x)
      case .erf: EspalierProtocols.erf(x)
      case .sin: EspalierProtocols.sin(x)
      case .cos: EspalierProtocols.cos(x)
      case .abs: EspalierProtocols.abs(x)
      case .sign: EspalierProtocols.sign(x)
      case .floor: EspalierProtocols.floor(x)
      case .softplus: EspalierProtocols.softplus(x)
      case .relu: maximum(x, 0)
      case .square: EspalierProtocols.square(x)
      case .negative: x * -1
      }
    }
  }

  /// Operations on two numbers.
  enum Operation: String {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case power = "^"
    case greater = ">"
    case greaterOrEqual = ">="
    case less = "<"
    case lessOrEqual = "<="
    case max, min

    func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor {
      switch self {
      case .add: a + b
      case .subtract: a - b
      case .multiply: a * b
      case .divide: a / b
      case .power: pow(a, b)
      case .greater: a .> b
      case .greaterOrEqual: a .>= b
      case .less: a .< b
      case .lessOrEqual: a .<= b
      case .max: maximum(a, b)
      case .min: minimum(a, b)
      }
    }
  }

  /// Its value where the variable is a tensor; numbers stay numbers, which the compiler folds.
  func value(_ x: Tensor) -> Tensor {
    switch self {
    case .number(let number): x.recorder.constant(number)
    case .variable: x
    case .unary(let function, let argument): function(argument.value(x))
    // Whole powers are products: exact for x < 0, and quick.
    case .binary(.power, let base, .number(2)): square(base.value(x))
    case .binary(.power, let base, .number(3)): Formula.cube(base.value(x))
    case .binary(let operation, let left, let right): operation(left.value(x), right.value(x))
    case .choice(let condition, let yes, let no):
      select(condition.value(x), yes.value(x), no.value(x))
    }
  }

  private static func cube(_ x: Tensor) -> Tensor { x * x * x }
}
