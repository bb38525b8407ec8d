import EspalierProtocols

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Interpreter {
  func evaluate(_ function: Unary, _ x: Double) -> Double {
    switch function {
    case .negate: -x
    case .absolute: x.magnitude
    case .sign: x > 0 ? 1 : x < 0 ? -1 : x
    case .exp: exp(x)
    case .expm1: expm1(x)
    case .log: log(x)
    case .log1p: log1p(x)
    case .sqrt: x.squareRoot()
    case .reciprocal: 1 / x
    case .tanh: tanh(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .erf: erf(x)
    case .sin: sin(x)
    case .cos: cos(x)
    case .floor: x.rounded(.down)
    case .isFinite: x.isFinite ? 1 : 0
    case .bfloat16: Double(ProductPrecision.bfloat16.rounded(Float(x)))
    }
  }

  func evaluate(_ function: Binary, _ a: Double, _ b: Double) -> Double {
    switch function {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .maximum: a.isNaN || b.isNaN ? .nan : a > b ? a : b
    case .minimum: a.isNaN || b.isNaN ? .nan : a < b ? a : b
    case .power: pow(a, b)
    case .greater: a > b ? 1 : 0
    case .greaterOrEqual: a >= b ? 1 : 0
    case .less: a < b ? 1 : 0
    case .lessOrEqual: a <= b ? 1 : 0
    case .equal: a == b ? 1 : 0
    case .notEqual: a != b ? 1 : 0
    }
  }

  func reduce(_ kind: Reduction, _ x: Operand, to shape: Shape) -> [Double] {
    let strides = zip(shape.dimensions, shape.strides).map { $0 == 1 ? 0 : $1 }
    var result = [Double](
      repeating: kind == .sum ? 0 : -.infinity, count: shape.count)
    var next = 0
    forEachIndex(x.shape) { index in
      let place = dot(index, strides)
      let value = x.values[next]
      next += 1
      switch kind {
      case .sum: result[place] += value
      case .maximum:
        result[place] = value.isNaN || result[place].isNaN ? .nan : max(result[place], value)
      }
    }
    return result
  }

  func multiply(
    _ a: Operand, _ b: Operand, _ shape: Shape, _ transposeA: Bool, _ transposeB: Bool
  ) -> [Double] {
    let rows = shape[-2]
    let columns = shape[-1]
    let inner = a.shape[transposeA ? -2 : -1]
    let batches = shape.count / max(rows * columns, 1)
    var result = [Double](repeating: 0, count: shape.count)
    for batch in 0..<batches {
      let baseA = batch * rows * inner
      let baseB = batch * inner * columns
      for row in 0..<rows {
        for k in 0..<inner {
          let left = a.values[baseA + (transposeA ? k * rows + row : row * inner + k)]
          for column in 0..<columns {
            let right = b.values[baseB + (transposeB ? column * inner + k : k * columns + column)]
            result[batch * rows * columns + row * columns + column] += left * right
          }
        }
      }
    }
    return result
  }

  func concatenate(_ parts: [Operand], _ axis: Int, _ shape: Shape) -> [Double] {
    let inner = shape.dimensions[(axis + 1)...].reduce(1, *)
    let outer = shape.dimensions[..<axis].reduce(1, *)
    var result: [Double] = []
    result.reserveCapacity(shape.count)
    for row in 0..<outer {
      for part in parts {
        let width = part.shape[axis] * inner
        result += part.values[row * width..<(row + 1) * width]
      }
    }
    return result
  }
}
