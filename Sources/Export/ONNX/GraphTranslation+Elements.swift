import EspalierProtocols

/// Element-wise work, choices and reductions.
extension GraphTranslation {
  /// The extents to which operands stretch together.
  static func stretched(_ values: [Value]) -> [BatchExtent] {
    let rank = values.map(\.shape.count).max() ?? 0
    return (0..<rank).map { axis in
      for value in values {
        let place = axis - (rank - value.shape.count)
        if place >= 0, value.shape[place] != .one { return value.shape[place] }
      }
      return .one
    }
  }

  mutating func unary(_ function: Unary, _ x: Value, _ scope: String) -> Value {
    func named(_ kind: String) -> Value {
      Value(name: builder.add(kind, [x.name], in: scope), shape: x.shape)
    }
    switch function {
    case .negate: return named("Neg")
    case .absolute: return named("Abs")
    case .sign: return named("Sign")
    case .exp: return named("Exp")
    case .log: return named("Log")
    case .sqrt: return named("Sqrt")
    case .reciprocal: return named("Reciprocal")
    case .tanh: return named("Tanh")
    case .sigmoid: return named("Sigmoid")
    case .erf: return named("Erf")
    case .sin: return named("Sin")
    case .cos: return named("Cos")
    case .floor: return named("Floor")
    // The graph computes in 32 bits, its products too.
    case .bfloat16: return x
    case .expm1:
      let power = builder.add("Exp", [x.name], in: scope)
      return Value(
        name: builder.add("Sub", [power, builder.number(1)], in: scope), shape: x.shape)
    case .log1p:
      let sum = builder.add("Add", [x.name, builder.number(1)], in: scope)
      return Value(name: builder.add("Log", [sum], in: scope), shape: x.shape)
    case .isFinite:
      let bad = builder.add(
        "Or",
        [
          builder.add("IsNaN", [x.name], in: scope), builder.add("IsInf", [x.name], in: scope),
        ], in: scope)
      let good = builder.add("Not", [bad], in: scope)
      return Value(name: builder.number(of: good, in: scope), shape: x.shape)
    }
  }

  mutating func binary(_ function: Binary, _ x: [Value], _ scope: String) -> Value {
    let names = x.map(\.name)
    let shape = Self.stretched(x)
    func named(_ kind: String) -> Value {
      Value(name: builder.add(kind, names, in: scope), shape: shape)
    }
    func compared(_ kind: String, negated: Bool = false) -> Value {
      var result = builder.add(kind, names, in: scope)
      if negated { result = builder.add("Not", [result], in: scope) }
      return Value(name: builder.number(of: result, in: scope), shape: shape)
    }
    switch function {
    case .add: return named("Add")
    case .subtract: return named("Sub")
    case .multiply: return named("Mul")
    case .divide: return named("Div")
    case .maximum: return named("Max")
    case .minimum: return named("Min")
    case .power: return named("Pow")
    case .greater: return compared("Greater")
    case .greaterOrEqual: return compared("GreaterOrEqual")
    case .less: return compared("Less")
    case .lessOrEqual: return compared("LessOrEqual")
    case .equal: return compared("Equal")
    case .notEqual: return compared("Equal", negated: true)
    }
  }

  mutating func select(_ x: [Value], _ scope: String) -> Value {
    let condition = builder.condition(of: x[0].name, in: scope)
    return Value(
      name: builder.add("Where", [condition, x[1].name, x[2].name], in: scope),
      shape: Self.stretched(x))
  }

  mutating func reduce(_ number: Int, _ kind: Reduction, _ axes: [Int]) -> Value {
    let scope = scope(number)
    // The sum counts every repetition of a stretched value, the maximum does not.
    let input = batch.program.nodes[number].inputs[0]
    let x = kind == .sum ? whole(input, axes: Set(axes)) : aligned(input)
    let shape = x.shape.indices.map { axes.contains($0) ? .one : x.shape[$0] }
    let name =
      kind == .sum
      ? builder.add(
        "ReduceSum", [x.name, builder.integers(axes)], ["keepdims": .integer(1)], in: scope)
      : builder.add(
        "ReduceMax", [x.name], ["axes": .integers(axes), "keepdims": .integer(1)], in: scope)
    return Value(name: name, shape: shape)
  }
}
