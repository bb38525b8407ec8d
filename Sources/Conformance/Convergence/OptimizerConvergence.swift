import EspalierProtocols

/// Checks that an optimizer finds the minimum of a narrow valley, and trains a small network.
///
/// The valley is ½(w − c)ᵀA(w − c) with eigenvalues of 0.2 and 2.2; it begins at (3, −2) and must come
/// to (1, −1) by 0.05. The network must lower its loss by a half.
///
/// - Parameters:
///   - optimizer: with the rate that it needs for a problem of this size.
///   - steps: in which it must come to the minimum.
/// - Throws: ``ConformanceFailure`` with where it ends.
public func checkConvergence(of optimizer: some Optimizer, steps: Int = 1500) throws {
  try validated(optimizer)
  let name = optimizer.pluginName
  try checking(name) {
    let c = [1.0, -1.0]
    var walk = try ValleyWalk(optimizer, from: [3, -2], to: c)
    for step in 1...steps {
      try walk.step()
      guard walk.parameters.allSatisfy(\.isFinite) else {
        throw ConformanceFailure(
          name, "is at \(walk.parameters) after \(step) steps: it diverges")
      }
    }
    let distance = zip(walk.parameters, c).map { ($0 - $1).magnitude }.max()!
    guard distance < 0.05 else {
      throw ConformanceFailure(
        name, "ends at \(walk.parameters) after \(steps) steps, the minimum is at \(c)")
    }
    let run = try SmallRun(of: [optimizer], epochs: 30) {
      $0.optimizer = optimizer
      $0.metrics = []
    }
    try checkLearning(run, of: name, by: 0.5)
  }
}

/// An optimizer in the valley, by gradients or by losses at points of its choice.
private struct ValleyWalk {
  private static let a = [2.0, 0.6, 0.6, 0.4]
  private let optimizer: any Optimizer
  private let end: [Double]
  private var walk: OptimizerWalk
  private let objective: FunctionObjective?

  init(_ optimizer: any Optimizer, from start: [Double], to end: [Double]) throws {
    self.optimizer = optimizer
    self.end = end
    walk = OptimizerWalk(optimizer, from: .init([2], start))
    objective = try (optimizer as? any ObjectiveOptimizer).map {
      try FunctionObjective($0, from: start, hessian: { _ in Self.a }) { w in
        let gradient = Self.gradient(w, end)
        let value = zip(gradient, zip(w, end)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) / 2 }
        return ObjectiveValue(value, gradient: gradient)
      }
    }
  }

  private static func gradient(_ w: [Double], _ end: [Double]) -> [Double] {
    let d = [w[0] - end[0], w[1] - end[1]]
    return [a[0] * d[0] + a[1] * d[1], a[2] * d[0] + a[3] * d[1]]
  }

  var parameters: [Double] { objective?.parameters ?? walk.parameter }

  mutating func step() throws {
    if let objective, let optimizer = optimizer as? any ObjectiveOptimizer {
      try objective.step(by: optimizer)
    } else {
      try walk.step(Self.gradient(walk.parameter, end))
    }
  }
}

/// An optimizer on a parameter of its own, in double precision.
struct OptimizerWalk {
  private let optimizer: any Optimizer
  private let shape: Shape
  private var session: Session
  private var number = 0

  init(_ optimizer: any Optimizer, from start: Evaluation.Array) {
    self.optimizer = optimizer
    shape = start.shape
    session = Session(parameters: ["w": start.values])
  }

  var parameter: [Double] { session.values["w"]! }

  mutating func step(_ gradient: [Double]) throws {
    number += 1
    let inputs: [String: Evaluation.Array] = [
      "gradient": .init(shape, gradient), "rate": .init([], [optimizer.learningRate]),
      "number": .init([], [Double(number)]),
    ]
    let (optimizer, shape) = (optimizer, shape)
    _ = try session.run(inputs: inputs) { recorder, tensors in
      try Self.record(optimizer, shape, recorder, tensors)
      return [:]
    }
  }

  /// Records one update of the parameter `w`.
  static func record(
    _ optimizer: any Optimizer, _ shape: Shape, _ recorder: Recorder, _ tensors: [String: Tensor]
  ) throws {
    let variable = try recorder.variables.declare(
      "w", shape, role: .weight, initial: .constant(0))
    let value = recorder.value(of: variable)
    let step = OptimizerStep(
      rate: tensors["rate"]!, number: tensors["number"]!, decays: true, parameter: value, name: "w")
    let updated = optimizer.update(value, gradient: tensors["gradient"]!, step)
    guard updated.shape == shape else {
      throw ConformanceFailure(
        optimizer.pluginName, "makes a parameter \(shape) into \(updated.shape)")
    }
    recorder.assign(variable, updated)
  }
}

/// Trains, and demands that the loss of an epoch falls.
///
/// - Parameter share: of the first epoch's loss by which the last one's must be smaller.
func checkLearning(_ run: SmallRun, of name: String, by share: Double) throws {
  let outcome = try run.outcome()
  let losses = outcome.epochs.map { $0["train_loss"] ?? .nan }
  guard let first = losses.first, let last = losses.last else {
    throw ConformanceFailure(name, "the run with it has no epochs")
  }
  guard last <= first - share * first.magnitude else {
    throw ConformanceFailure(
      name,
      "the loss goes from \(first) to \(last) in \(losses.count) epochs of a small run, a fall by "
        + "\(Int(share * 100)) % at least is expected")
  }
}
