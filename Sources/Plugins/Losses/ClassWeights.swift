import EspalierProtocols

/// How much each class counts: all alike (`none`), in inverse proportion to its rows (`balanced`),
/// or as listed, in the order of the classes.
public enum ClassWeights: ParameterValue, Hashable, ExpressibleByArrayLiteral {
  case none
  /// rows / (classes · rows of the class)
  case balanced
  case list([Float])

  public init(arrayLiteral elements: Float...) { self = .list(elements) }

  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> ClassWeights {
    switch value {
    case .text("none"), .null: return .none
    case .text("balanced"): return .balanced
    case .text:
      throw ValueProblem(
        .choice, expected: form.inWords, found: value, choices: ["none", "balanced"])
    case .list: return .list(try [Float].decode(value))
    default: throw ValueProblem(expected: form.inWords, found: value)
    }
  }
  public var configValue: ConfigValue {
    switch self {
    case .none: .text("none")
    case .balanced: .text("balanced")
    case .list(let weights): weights.configValue
    }
  }
  public static var form: ValueForm { .either([.choice(["none", "balanced"]), .list(.number)]) }

  /// One weight a class, or `nil` when all count alike.
  func weights(for classes: Int, _ context: LossContext) throws(PluginError) -> [Float]? {
    switch self {
    case .none: return nil
    case .list(let weights):
      guard weights.count == classes else {
        throw PluginError(
          "\(weights.count) class weights for \(classes) classes", parameter: "class_weights")
      }
      return weights
    case .balanced:
      guard context.classCounts.count == classes else {
        throw PluginError(
          context.classCounts.isEmpty
            ? "balanced weights need targets that are classes"
            : "the model has \(classes) outputs for \(context.classCounts.count) classes",
          parameter: "class_weights")
      }
      let rows = Float(context.classCounts.reduce(0, +))
      // A class without rows is never a target; its weight has no meaning.
      return context.classCounts.map { $0 == 0 ? 0 : rows / (Float(classes) * Float($0)) }
    }
  }
}
