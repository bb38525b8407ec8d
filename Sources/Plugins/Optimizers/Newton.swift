import EspalierProtocols

/// Newton's method: to the minimum of the parabola that touches the loss where the parameters are.
///
///     w ← w − t·(H + λ·I)⁻¹·g
///
/// H is the exact Hessian, made of as many products with it as there are parameters, which is why models
/// of more than `max_parameters` are refused. λ is `damping`, and grows tenfold until H + λ·I is positive
/// definite: near saddles and maxima the step still goes down. t is `learning_rate`, halved until
/// f(w + t·d) ≤ f(w) + 10⁻⁴·t·gᵀd.
///
/// It is made for full batches (`batch_size` of at least the training samples) of small models without
/// kinks. Penalties and what callbacks make of the loss are part of f; callbacks that change gradients,
/// accumulate or freeze, and regularizers that set bounds, do not go with it.
public struct Newton: ObjectiveOptimizer {
  public static let manifest = Manifest(
    "newton", "−(H + λ·I)⁻¹·g with the exact Hessian, for small models", sample: "newton")

  @Parameter("t, the share of Newton's step that is tried first", in: Bounds.share)
  public var learningRate: Double = 1
  @Parameter("λ, added to the diagonal of the Hessian", in: 0...) public var damping: Double = 0
  @Parameter("models of more parameters are refused", in: 1...20_000)
  public var maxParameters: Int = 2000

  public init() {}

  public init(learningRate: Double = 1, damping: Double = 0, maxParameters: Int = 2000) {
    self.learningRate = learningRate
    self.damping = damping
    self.maxParameters = maxParameters
  }

  public func memory(for count: Int) throws -> [String: Int] {
    guard count <= maxParameters else {
      throw PluginError(
        "the model has \(count) parameters, and a Hessian of \(count)×\(count) is made in each step; "
          + "newton takes \(maxParameters) at most",
        parameter: "max_parameters", remedy: "use lbfgs for larger models")
    }
    return [:]
  }

  public func step(on objective: any Objective, rate: Double) throws {
    let w = objective.parameters
    let start = objective.start
    let gradient = start.gradient
    guard start.value.isFinite, gradient.largest > 0, gradient.largest.isFinite else { return }
    guard let direction = try direction(objective, gradient) else { return }
    let slope = dot(gradient, direction)
    // Less than the last digits of the loss can show is no rise.
    let rounding = start.value.magnitude * 0x1p-22
    var length = rate
    for _ in 0..<40 {
      let point = zip(w, direction).map { $0 + length * $1 }
      let found = try objective.value(at: point).value
      if found <= start.value + 1e-4 * length * slope + rounding {
        objective.parameters = point
        return
      }
      length /= 2
    }
  }

  /// −(H + λ·I)⁻¹·g; `nil` if the Hessian has numbers that are none.
  private func direction(_ objective: any Objective, _ gradient: [Double]) throws -> [Double]? {
    let count = gradient.count
    var hessian = [Double](repeating: 0, count: count * count)
    var unit = [Double](repeating: 0, count: count)
    for column in 0..<count {
      unit[column] = 1
      let product = try objective.hessianProduct(unit)
      unit[column] = 0
      // Of its two halves, which rounding tells apart, the mean.
      for row in 0..<count {
        hessian[row * count + column] += product[row] / 2
        hessian[column * count + row] += product[row] / 2
      }
    }
    guard hessian.largest.isFinite else { return nil }
    let scale = max(hessian.largest, 1e-12)
    var shift = damping
    // A shift beyond the sum of a row's magnitudes makes any matrix positive definite.
    while shift <= 10 * (damping + scale * Double(count)) {
      if let factor = CholeskyFactor(hessian, count: count, shift: shift) {
        return factor.solve(gradient.map { -$0 })
      }
      shift = max(shift * 10, scale * 1e-4)
    }
    return nil
  }
}

/// A = L·Lᵀ of a symmetric positive definite matrix.
private struct CholeskyFactor {
  private let count: Int
  private var lower: [Double]

  /// `nil` if the matrix with `shift` on its diagonal is not safely positive definite.
  init?(_ matrix: [Double], count: Int, shift: Double) {
    self.count = count
    lower = matrix
    let least = max(matrix.largest, shift) * 1e-10
    for row in 0..<count {
      for column in 0...row {
        var sum = lower[row * count + column] + (row == column ? shift : 0)
        for inner in 0..<column {
          sum -= lower[row * count + inner] * lower[column * count + inner]
        }
        if row == column {
          guard sum > least else { return nil }
          lower[row * count + row] = sum.squareRoot()
        } else {
          lower[row * count + column] = sum / lower[column * count + column]
        }
      }
    }
  }

  func solve(_ right: [Double]) -> [Double] {
    var x = right
    for row in 0..<count {
      for column in 0..<row { x[row] -= lower[row * count + column] * x[column] }
      x[row] /= lower[row * count + row]
    }
    for row in (0..<count).reversed() {
      for column in row + 1..<count { x[row] -= lower[column * count + row] * x[column] }
      x[row] /= lower[row * count + row]
    }
    return x
  }
}
