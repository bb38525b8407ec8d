import EspalierOptimizers
import EspalierProtocols
import EspalierReferences
import Testing

/// Rules that textbooks write in another way, as the optimizers here with other rates.
@Suite struct OtherFormsTests {
  /// The path of a quadratic's cases.
  ///
  /// - Parameters:
  ///   - rate: of a step, from 1.
  ///   - expected: of the reference's path.
  private func follow(
    _ reference: OracleCase, _ optimizer: any Optimizer, rate: (Int) -> Double,
    gradient change: (_ gradient: Double, _ w: Double) -> Double = { g, _ in g },
    expected: ((_ path: [[Double]], _ step: Int) -> [Double])? = nil
  ) throws {
    guard reference.other["problem"]?.text == "quadratic" else { return }
    let a = try #require(reference.inputs["A"]).values
    let c = try #require(reference.inputs["c"]).values
    let start = try #require(reference.inputs["w0"])
    var harness = Harness(optimizer, at: start)
    let wanted = try #require(reference.outputs["w_after_step"])
    let path =
      [start.values]
      + (0..<wanted.shape[0]).map { step in
        Array(wanted.values[step * c.count..<(step + 1) * c.count])
      }
    for step in 1..<path.count {
      let w = harness.parameter
      let gradient = zip(quadraticGradient(a, c, at: w), w).map { change($0, $1) }
      try harness.step(gradient, rate: rate(step))
      let row = expected?(path, step) ?? path[step]
      let problem = reference.difference(
        "w after step \(step)", .init([c.count], harness.parameter), .init([c.count], row),
        precision: .single)
      #expect(problem == nil, "\(reference.id): \(problem ?? "")")
      if problem != nil { return }
    }
  }

  /// v ← ρ·v + (1 − ρ)·g from 0 is v ← ρ·v + g with the rate η·(1 − ρ).
  @Test func averagedMomentum() throws {
    for reference in try Oracle.cases("optimizers/momentum_ema") {
      let (rate, momentum) = (reference.number("lr")!, reference.number("rho")!)
      try follow(reference, SGD(learningRate: 1, momentum: momentum)) { _ in rate * (1 - momentum) }
    }
  }

  /// G ← d·G + g² is the average of squares over 1 − d: the rate and ε are times √(1 − d).
  @Test func summedSquares() throws {
    for reference in try Oracle.cases("optimizers/rmsprop_sum") {
      let root = (1 - reference.number("decay")!).squareRoot()
      let optimizer = RMSProp(
        learningRate: 1, decay: reference.number("decay")!, epsilon: reference.number("eps")! * root
      )
      try follow(reference, optimizer) { _ in reference.number("lr")! * root }
    }
  }

  /// A mean of all squares in place of their sum is the rate η·√t.
  @Test func meanOfAllSquares() throws {
    for reference in try Oracle.cases("optimizers/adagrad_rms") {
      let optimizer = Adagrad(learningRate: 1, epsilon: reference.number("eps")!)
      try follow(reference, optimizer) { reference.number("lr")! * Double($0).squareRoot() }
    }
  }

  /// The subgradient λ·sign(w) of an L1 penalty, 0 at 0.
  @Test func subgradientOfL1() throws {
    for reference in try Oracle.cases("optimizers/sgd_l1_subgradient") {
      let strength = reference.number("lambda")!
      try follow(
        reference, SGD(learningRate: 1), rate: { _ in reference.number("lr")! },
        gradient: { g, w in g + (w == 0 ? 0 : w < 0 ? -strength : strength) })
    }
  }

  /// The gradient taken ahead of w: the points ahead, w − η·ρ·v, are the parameters here.
  @Test func gradientAhead() throws {
    for reference in try Oracle.cases("optimizers/nesterov_lookahead") {
      let momentum = reference.number("rho")!
      try follow(
        reference, SGD(learningRate: 1, momentum: momentum, nesterov: true),
        rate: { _ in reference.number("lr")! },
        expected: { path, step in
          // η·v is the last step.
          zip(path[step], path[step - 1]).map { $0 + momentum * ($0 - $1) }
        })
    }
  }
}
