import Espalier
import Foundation

/// Makes each feature as normally distributed as a power can.
///
///     ((x + 1)^λ − 1) / λ                for x ≥ 0, log(x + 1) where λ = 0
///     −((1 − x)^(2 − λ) − 1) / (2 − λ)   for x < 0, −log(1 − x) where λ = 2
///
/// with the λ of each feature that makes the training samples most likely. It does not centre or scale;
/// `standardize` after it does. Shape unchanged. Can be undone.
struct YeoJohnson: Normalizer {
  static let manifest = Manifest(
    "yeo_johnson", "((x + 1)^λ - 1) / λ, and the like below zero: closer to a normal distribution",
    paper: "Yeo and Johnson, 2000")

  func fit(_ samples: TrainingSamples) throws -> any Transform {
    guard samples.count > 0 else { throw PluginError("there are no training samples to fit to") }
    let width = samples.width
    var columns = [[Double]](repeating: [], count: width)
    try samples.forEachChunk { number, values, _ in
      for place in 0..<number * width { columns[place % width].append(Double(values[place])) }
    }
    if let bad = columns.firstIndex(where: { !$0.allSatisfy(\.isFinite) }) {
      throw PluginError("feature \(bad) has values that are not finite in the training data")
    }
    let shape = samples.description.sampleShape
    return Powers(outputShape: shape, lambdas: columns.map { Float(Self.likeliest($0)) })
  }

  func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    guard let lambdas = state["lambda"]?.values, lambdas.count == sampleShape.count else {
      throw PluginError("the saved yeo_johnson is not for samples \(sampleShape)")
    }
    return Powers(outputShape: sampleShape, lambdas: lambdas)
  }

  /// The λ between −3 and 5 of the greatest likelihood, by golden sections.
  static func likeliest(_ column: [Double]) -> Double {
    guard let first = column.first, column.contains(where: { $0 != first }) else { return 1 }
    let golden = (5.0.squareRoot() - 1) / 2
    var (low, high) = (-3.0, 5.0)
    var (a, b) = (high - golden * (high - low), low + golden * (high - low))
    var (atA, atB) = (likelihood(a, column), likelihood(b, column))
    while high - low > 1e-6 {
      if atA > atB {
        (high, b, atB) = (b, a, atA)
        a = high - golden * (high - low)
        atA = likelihood(a, column)
      } else {
        (low, a, atA) = (a, b, atB)
        b = low + golden * (high - low)
        atB = likelihood(b, column)
      }
    }
    return (low + high) / 2
  }

  /// −n/2 · log(variance of the transformed) + (λ − 1) Σ sign(x) log(|x| + 1).
  private static func likelihood(_ lambda: Double, _ column: [Double]) -> Double {
    let count = Double(column.count)
    let powers = column.map { Powers.forward($0, lambda) }
    let mean = powers.reduce(0, +) / count
    let variance = powers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let logs = column.reduce(0) { $0 + ($1 < 0 ? -log1p(-$1) : log1p($1)) }
    return -count / 2 * log(variance) + (lambda - 1) * logs
  }
}

private struct Powers: Transform {
  let outputShape: Shape
  let lambdas: [Float]

  var state: [String: TransformState] { ["lambda": TransformState(outputShape, lambdas)] }

  func apply(
    _ input: UnsafeBufferPointer<Float>, count: Int, to output: UnsafeMutableBufferPointer<Float>
  ) {
    for place in 0..<count * lambdas.count {
      output[place] = Float(
        Self.forward(Double(input[place]), Double(lambdas[place % lambdas.count])))
    }
  }

  func invert(_ values: UnsafeMutableBufferPointer<Float>, count: Int) -> Bool {
    for place in values.indices {
      values[place] = Float(
        Self.backward(Double(values[place]), Double(lambdas[place % lambdas.count])))
    }
    return true
  }

  static func forward(_ x: Double, _ lambda: Double) -> Double {
    x < 0 ? -boxCox(-x, 2 - lambda) : boxCox(x, lambda)
  }

  private static func backward(_ y: Double, _ lambda: Double) -> Double {
    y < 0 ? -inverseBoxCox(-y, 2 - lambda) : inverseBoxCox(y, lambda)
  }

  /// ((x + 1)^λ − 1) / λ, exact where λ is near zero.
  private static func boxCox(_ x: Double, _ lambda: Double) -> Double {
    lambda.magnitude < 1e-12 ? log1p(x) : expm1(lambda * log1p(x)) / lambda
  }

  private static func inverseBoxCox(_ y: Double, _ lambda: Double) -> Double {
    lambda.magnitude < 1e-12 ? expm1(y) : expm1(log1p(lambda * y) / lambda)
  }
}
