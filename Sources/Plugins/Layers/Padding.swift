import EspalierProtocols

/// Zeros around an image: none (`valid`), as many as keep its size at stride 1 (`same`), or
/// numbers.
public enum Padding: ParameterValue, Hashable, ExpressibleByIntegerLiteral {
  case same
  case valid
  case amount(Pair)

  public init(integerLiteral value: Int) { self = .amount(Pair(value)) }

  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> Padding {
    guard case .text(let text) = value else {
      if case .list = value { return .amount(try Pair.decode(value)) }
      do throws(ValueProblem) { return .amount(Pair(try Int.decode(value))) } catch {
        throw ValueProblem(expected: form.inWords, found: value, hint: error.hint)
      }
    }
    switch text {
    case "same": return .same
    case "valid": return .valid
    default:
      throw ValueProblem(
        .choice, expected: form.inWords, found: value, choices: ["same", "valid"])
    }
  }
  public var configValue: ConfigValue {
    switch self {
    case .same: .text("same")
    case .valid: .text("valid")
    case .amount(let pair): pair.configValue
    }
  }
  public static var form: ValueForm { .either([.choice(["same", "valid"]), Pair.form]) }

  /// Zeros before and after rows, before and after columns.
  func around(_ image: Shape, kernel: Pair, stride: Pair, dilation: Pair) -> [Int] {
    switch self {
    case .valid: return [0, 0, 0, 0]
    case .amount(let pair): return [pair.rows, pair.rows, pair.columns, pair.columns]
    case .same:
      return [(image[2], 0), (image[3], 1)].flatMap { size, axis -> [Int] in
        let step = stride.list[axis]
        let reach = dilation.list[axis] * (kernel.list[axis] - 1) + 1
        let total = max(((size + step - 1) / step - 1) * step + reach - size, 0)
        // An odd zero goes behind.
        return [total / 2, total - total / 2]
      }
    }
  }
}

/// Checks that a layer for images got images.
func requireImages(_ x: Tensor, for layer: String) throws(PluginError) {
  guard x.rank == 4 else {
    throw PluginError(
      "\(layer) takes images [n×channels×rows×columns], not \(x.shape); "
        + "`reshape: {shape: [1, 28, 28]}` makes images of rows of 784 numbers")
  }
}
