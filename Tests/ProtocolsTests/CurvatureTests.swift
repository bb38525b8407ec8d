import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Testing

/// Hessians by gradients of gradients, against PyTorch's.
@Suite struct CurvatureTests {
  /// The loss of a case's network at a row of all its parameters.
  private func loss(
    _ reference: OracleCase, _ w: Tensor, _ tensors: [String: Tensor]
  ) throws -> Tensor {
    let (x, y) = (tensors["x"]!, tensors["y"]!)
    var start = 0
    func part(_ dimensions: Int...) -> Tensor {
      let shape = Shape(dimensions)
      defer { start += shape.count }
      return w.slice(axis: 0, start..<start + shape.count).reshaped(to: shape)
    }
    let samples = x.shape[0]
    switch reference.name {
    case "product_of_two": return square(y - part(1) * part(1) * x).mean()
    case "linear_2_2_1":
      let hidden = matmul(x, part(2, 2), transposeB: true)
      return square(matmul(hidden, part(1, 2), transposeB: true).reshaped(to: [samples]) - y).mean()
    case "tanh_2_2_1":
      let hidden = tanh(matmul(x, part(2, 2), transposeB: true) + part(2))
      let output = matmul(hidden, part(1, 2), transposeB: true).reshaped(to: [samples])
      return square(output + part(1) - y).mean()
    case "logistic_l2", "negated_logistic_l2":
      let z = matmul(x, part(1, 2), transposeB: true).reshaped(to: [samples]) + part(1)
      let entropy = maximum(z, 0) - z * y + log1p(exp(-abs(z)))
      let total = entropy.mean() + 0.05 * square(w).sum()
      return reference.name == "logistic_l2" ? total : -total
    default:
      let hidden = tanh(matmul(x, part(3, 3), transposeB: true) + part(3))
      let output = matmul(hidden, part(2, 3), transposeB: true) + part(2)
      return -(output.logSoftmax() * y.oneHot(2)).sum() / Float(samples)
    }
  }

  private func hessianProduct(_ gradient: Tensor, _ w: Tensor, _ vector: Tensor) -> Tensor {
    (gradient * vector).sum().gradients(for: [w])[0]
  }

  @Test(arguments: try Oracle.cases("curvature/critical_points"))
  func criticalPoints(_ reference: OracleCase) throws {
    let count = try #require(reference.inputs["w"]).shape.count
    func record(_ tensors: [String: Tensor]) throws -> [String: Tensor] {
      let w = tensors["w"]!
      let value = try loss(reference, w, tensors)
      let gradient = value.gradients(for: [w])[0]
      let place = w.indices(along: 0)
      let rows = (0..<count).map { row in
        hessianProduct(gradient, w, place .== Float(row)).reshaped(to: [1, count])
      }
      let hessian = Tensor.concatenate(rows, axis: 0)
      let displacements = tensors["displacements"]!
      var displaced: [Tensor] = []
      var parabola: [Tensor] = []
      for row in 0..<displacements.shape[0] {
        let d = displacements.slice(axis: 0, row..<row + 1).reshaped(to: [count])
        displaced.append(try loss(reference, w + d, tensors).reshaped(to: [1]))
        let second = (d * hessianProduct(gradient, w, d)).sum() / 2
        parabola.append((value + (gradient * d).sum() + second).reshaped(to: [1]))
      }
      let diagonal = hessian * Tensor.identity(like: hessian)
      return [
        "loss": value, "gradient": gradient, "hessian": hessian, "trace": diagonal.sum(),
        "loss_at_displaced": .concatenate(displaced, axis: 0),
        "second_order_taylor_at_displaced": .concatenate(parabola, axis: 0),
      ]
    }
    let eigen: Set = [
      "eigenvalues", "largest_absolute_eigenvalue", "escape_direction", "loss_after_escape_step",
    ]
    let problems = try reference.differences(skipping: eigen) { _, tensors in try record(tensors) }
    #expect(problems.isEmpty, "\(problems)")

    let results = try Evaluation.run(inputs: reference.inputs) { _, tensors in
      try record(tensors)
    }
    let matrix = try #require(results["hessian"]).values
    let (values, vectors) = eigenvectors(of: matrix, count)
    func check(_ name: String, _ found: [Double]) throws {
      let expected = try #require(reference.outputs[name])
      #expect(reference.difference(name, .init(expected.shape, found), expected) == nil)
    }
    try check("eigenvalues", values)
    // Of two of the same magnitude, either.
    let largest = try #require(reference.outputs["largest_absolute_eigenvalue"]).values[0]
    #expect(abs(abs(largest) - values.map(\.magnitude).max()!) < 1e-7)
    if let kind = reference.other["kind"]?.text { #expect(kind == self.kind(values)) }
    guard let escape = reference.outputs["escape_direction"]?.values else { return }
    // It lies in the space of the least eigenvalue.
    let inside = vectors.indices.filter { values[$0] - values[0] < 1e-7 }
    let share = inside.reduce(0) { sum, place in
      let product = zip(vectors[place], escape).reduce(0) { $0 + $1.0 * $1.1 }
      return sum + product * product
    }
    #expect(abs(share - 1) < 1e-8)
    var inputs = reference.inputs
    inputs["w"] = .init([count], zip(inputs["w"]!.values, escape).map { $0 + $1 / 8 })
    let after = try Evaluation.run(inputs: inputs) { _, tensors in
      ["loss": try loss(reference, tensors["w"]!, tensors)]
    }
    try check("loss_after_escape_step", after["loss"]!.values)
  }

  @Test(
    arguments: try Oracle.cases("curvature/hessian_products", named: ["hessian_vector_product"]))
  func products(_ reference: OracleCase) throws {
    let problems = try reference.differences { _, tensors in
      let w = tensors["w"]!
      let gradient = try loss(reference, w, tensors).gradients(for: [w])[0]
      let product = hessianProduct(gradient, w, tensors["v"]!)
      return ["Hv": product, "vHv": (tensors["v"]! * product).sum()]
    }
    #expect(problems.isEmpty, "\(problems)")
  }

  /// The eigenvalue of the largest modulus by products alone.
  @Test(arguments: try Oracle.cases("curvature/hessian_products", named: ["power_iteration"]))
  func powerIteration(_ reference: OracleCase) throws {
    let count = try #require(reference.inputs["w"]).shape.count
    var inputs = reference.inputs
    var vector = (0..<count).map { 1 + Double($0 % 3) }
    var value = 0.0
    for _ in 0..<400 {
      inputs["v"] = .init([count], vector)
      let product = try Evaluation.run(inputs: inputs) { _, tensors in
        let w = tensors["w"]!
        let gradient = try loss(reference, w, tensors).gradients(for: [w])[0]
        return ["Hv": hessianProduct(gradient, w, tensors["v"]!)]
      }["Hv"]!.values
      let norm = product.reduce(0) { $0 + $1 * $1 }.squareRoot()
      value = zip(product, vector).reduce(0) { $0 + $1.0 * $1.1 }
      vector = product.map { $0 / norm }
    }
    let expected = try #require(reference.outputs["eigenvalue_of_largest_modulus"])
    #expect(reference.difference("value", .init([], [value]), expected) == nil)
    let eigenvector = try #require(reference.outputs["eigenvector"]).values
    let cosine = zip(vector, eigenvector).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(abs(cosine) - 1) < 1e-8)
  }

  /// ½·wᵀAw has the Hessian A, whatever its sign.
  @Test(arguments: try Oracle.cases("curvature/hessian_products", named: ["definiteness"]))
  func definiteness(_ reference: OracleCase) throws {
    let matrix = try #require(reference.inputs["matrix"])
    let count = matrix.shape[0]
    let inputs = [
      "matrix": matrix, "w": Evaluation.Array([count, 1], .init(repeating: 0.5, count: count)),
    ]
    let found = try Evaluation.run(inputs: inputs) { _, tensors in
      let (a, w) = (tensors["matrix"]!, tensors["w"]!)
      let value = matmul(w, matmul(a, w), transposeA: true).sum() / 2
      let gradient = value.gradients(for: [w])[0]
      let place = w.indices(along: 0)
      let rows = (0..<count).map { row in
        hessianProduct(gradient, w, place .== Float(row)).reshaped(to: [1, count])
      }
      return ["hessian": .concatenate(rows, axis: 0)]
    }["hessian"]!.values
    let (values, _) = eigenvectors(of: found, count)
    let expected = try #require(reference.outputs["eigenvalues"])
    #expect(reference.difference("eigenvalues", .init([count], values), expected) == nil)
    #expect(kind(values, named: true) == reference.other["kind"]?.text)
  }

  /// What a critical point with these eigenvalues is, or what a matrix is called.
  private func kind(_ values: [Double], named isMatrix: Bool = false) -> String? {
    let signs = Set(values.map { abs($0) < 1e-9 ? 0 : $0 < 0 ? -1 : 1 })
    switch signs {
    case [1]: return isMatrix ? "positive definite" : "minimum"
    case [-1]: return isMatrix ? "negative definite" : "maximum"
    case [0]: return isMatrix ? "zero" : "degenerate"
    case [0, 1]: return isMatrix ? "positive semidefinite" : "degenerate"
    default: return isMatrix ? "indefinite" : "saddle"
    }
  }

  /// Jacobi's method, the least value first.
  private func eigenvectors(
    of matrix: [Double], _ n: Int
  ) -> (values: [Double], vectors: [[Double]]) {
    var a = matrix
    var v = (0..<n * n).map { $0 / n == $0 % n ? 1.0 : 0 }
    for _ in 0..<60 {
      for p in 0..<n {
        for q in p + 1..<n where a[p * n + q].magnitude > 1e-300 {
          let theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q])
          let sign: Double = theta < 0 ? -1 : 1
          let t = sign / (theta.magnitude + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<n {
            (a[k * n + p], a[k * n + q]) = (
              c * a[k * n + p] - s * a[k * n + q], s * a[k * n + p] + c * a[k * n + q]
            )
          }
          for k in 0..<n {
            (a[p * n + k], a[q * n + k]) = (
              c * a[p * n + k] - s * a[q * n + k], s * a[p * n + k] + c * a[q * n + k]
            )
            (v[k * n + p], v[k * n + q]) = (
              c * v[k * n + p] - s * v[k * n + q], s * v[k * n + p] + c * v[k * n + q]
            )
          }
        }
      }
    }
    let order = (0..<n).sorted { a[$0 * n + $0] < a[$1 * n + $1] }
    return (
      order.map { a[$0 * n + $0] }, order.map { column in (0..<n).map { v[$0 * n + column] } }
    )
  }
}

extension Tensor {
  /// Ones on the diagonal of a square matrix.
  fileprivate static func identity(like matrix: Tensor) -> Tensor {
    matrix.indices(along: 0) .== matrix.indices(along: 1)
  }
}
