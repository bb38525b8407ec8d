import EspalierFormats

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Element-wise operators, choices and reductions.
extension ONNXOperation {
  func elements() throws(ExportFailure) -> ONNXValue? {
    if let function = Self.unary(node.kind) {
      return try ONNXValue.map([operand(0)]) { function($0[0]) }
    }
    if let function = Self.binary(node.kind) {
      return try ONNXValue.map([operand(0), operand(1)]) { function($0[0], $0[1]) }
    }
    if let function = Self.comparison(node.kind) {
      return try ONNXValue.map([operand(0), operand(1)], .bool) { function($0[0], $0[1]) ? 1 : 0 }
    }
    switch node.kind {
    case "Identity": return try operand(0)
    case "IsNaN": return try ONNXValue.map([operand(0)], .bool) { $0[0].isNaN ? 1 : 0 }
    case "IsInf": return try ONNXValue.map([operand(0)], .bool) { $0[0].isInfinite ? 1 : 0 }
    case "Not": return try ONNXValue.map([operand(0)], .bool) { 1 - $0[0] }
    case "Where":
      return try ONNXValue.map(
        [operand(0), operand(1), operand(2)], operand(1).type
      ) { $0[0] != 0 ? $0[1] : $0[2] }
    case "Cast": return try cast()
    case "ReduceSum":
      let axes = try operand(1).integers()
      return try reduced(operand(0), axes, from: 0, +)
    case "ReduceMax":
      return try reduced(operand(0), integers("axes", []), from: -.infinity) { a, b in
        a.isNaN || b.isNaN ? .nan : max(a, b)
      }
    case "ArgMax": return try argMax()
    default: return nil
    }
  }

  private static func unary(_ kind: String) -> ((Double) -> Double)? {
    switch kind {
    case "Neg": { -$0 }
    case "Abs": { $0.magnitude }
    case "Sign": { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case "Exp": { exp($0) }
    case "Log": { log($0) }
    case "Sqrt": { $0.squareRoot() }
    case "Reciprocal": { 1 / $0 }
    case "Tanh": { tanh($0) }
    case "Sigmoid": { 1 / (1 + exp(-$0)) }
    case "Erf": { erf($0) }
    case "Sin": { sin($0) }
    case "Cos": { cos($0) }
    case "Floor": { $0.rounded(.down) }
    default: nil
    }
  }

  private static func binary(_ kind: String) -> ((Double, Double) -> Double)? {
    switch kind {
    case "Add": { $0 + $1 }
    case "Sub": { $0 - $1 }
    case "Mul": { $0 * $1 }
    case "Div": { $0 / $1 }
    case "Pow": { pow($0, $1) }
    case "Max": { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
    case "Min": { $0.isNaN || $1.isNaN ? .nan : min($0, $1) }
    default: nil
    }
  }

  private static func comparison(_ kind: String) -> ((Double, Double) -> Bool)? {
    switch kind {
    case "Greater": { $0 > $1 }
    case "GreaterOrEqual": { $0 >= $1 }
    case "Less": { $0 < $1 }
    case "LessOrEqual": { $0 <= $1 }
    case "Equal": { $0 == $1 }
    case "Or": { $0 != 0 || $1 != 0 }
    default: nil
    }
  }

  private func cast() throws(ExportFailure) -> ONNXValue {
    guard let type = ONNXType(rawValue: integer("to", 0)) else {
      throw ExportFailure("Cast names the type \(integer("to", 0)), which is not known")
    }
    return try ONNXValue.map([operand(0)], type) { element in
      switch type {
      case .float: element[0]
      case .int64: element[0].rounded(.towardZero)
      case .bool: element[0] != 0 ? 1 : 0
      }
    }
  }

  /// Joins the elements along axes, which stay with an extent of one.
  private func reduced(
    _ x: ONNXValue, _ axes: [Int], from start: Double, _ join: (Double, Double) -> Double
  ) throws(ExportFailure) -> ONNXValue {
    guard integer("keepdims", 1) == 1, !axes.isEmpty else {
      throw ExportFailure("\(node.kind) is known with axes that stay alone")
    }
    var kept = x.shape
    for axis in axes { kept[try self.axis(axis, of: x)] = 1 }
    var result = ONNXValue(kept, [Double](repeating: start, count: kept.reduce(1, *)))
    let places = ONNXValue(kept, result.elements.indices.map { Double($0) })
    let targets = places.walked(x.shape, try places.strides(stretchedTo: x.shape))
    for (target, element) in zip(targets, x.elements) {
      result.elements[Int(target)] = join(result.elements[Int(target)], element)
    }
    return result
  }

  /// The place of the greatest element along an axis, the first of equal ones.
  private func argMax() throws(ExportFailure) -> ONNXValue {
    let x = try operand(0)
    let axis = try axis(integer("axis", 0), of: x)
    let extent = x.shape[axis]
    let inner = x.shape[(axis + 1)...].reduce(1, *)
    let outer = x.shape[..<axis].reduce(1, *)
    var result: [Double] = []
    for row in 0..<outer {
      for column in 0..<inner {
        let start = row * extent * inner + column
        var best = 0
        for place in 1..<max(extent, 1)
        where x.elements[start + place * inner] > x.elements[start + best * inner] { best = place }
        result.append(Double(best))
      }
    }
    var shape = x.shape
    if integer("keepdims", 1) == 1 { shape[axis] = 1 } else { shape.remove(at: axis) }
    return ONNXValue(shape, result, .int64)
  }
}
