import EspalierProtocols

/// L-BFGS: Newton's direction by the curvature that the last steps have shown, and a line search.
///
///     d = −H·g     H from the pairs s = Δw, y = Δg of the last `history` iterations (two-loop recursion),
///                  and sᵀy/yᵀy times the identity before them
///     w ← w + t·d  t by a search for the strong Wolfe conditions
///                  f(w + t·d) ≤ f(w) + 10⁻⁴·t·gᵀd,  |∇f(w + t·d)ᵀd| ≤ 0.9·|gᵀd|
///
/// One step of the run takes up to `max_iterations` iterations on its batch; each asks for the loss at one
/// point at least. A full batch (`batch_size` of at least the training samples) gives the method what it is
/// made for; it works with large ones. Penalties and what callbacks make of the loss are part of f;
/// callbacks that change gradients, accumulate or freeze, and regularizers that set bounds, do not go with
/// it. Pairs with sᵀy ≤ 10⁻¹⁰ are left out. Nocedal, 1980; Liu and Nocedal, 1989.
public struct LBFGS: ObjectiveOptimizer {
  /// How far a step goes along its direction.
  public enum LineSearch: String, Choice {
    case strongWolfe = "strong_wolfe"
    case none
  }

  public static let manifest = Manifest(
    "lbfgs", "−H·g with H from the last steps, as far as a line search says",
    aliases: ["l_bfgs"], paper: "Liu and Nocedal, 1989",
    sample: "{lbfgs: {history: 10, max_iterations: 10}}")

  @Parameter(
    "the length t that a search begins with; without a search the length", in: Bounds.positive)
  public var learningRate: Double = 1
  @Parameter("pairs of steps and gradients that are remembered", in: 1...1000)
  public var history: Int = 10
  @Parameter("iterations of a step", in: 1...) public var maxIterations: Int = 20
  @Parameter("a step ends when no derivative is greater", in: 0...)
  public var toleranceGrad: Double = 1e-7
  @Parameter("a step ends when parameters or the loss change less", in: 0...)
  public var toleranceChange: Double = 1e-9
  @Parameter("how far a step goes along its direction")
  public var lineSearch: LineSearch = .strongWolfe

  public init() {}

  public init(
    learningRate: Double = 1, history: Int = 10, maxIterations: Int = 20,
    toleranceGrad: Double = 1e-7, toleranceChange: Double = 1e-9,
    lineSearch: LineSearch = .strongWolfe
  ) {
    self.learningRate = learningRate
    self.history = history
    self.maxIterations = maxIterations
    self.toleranceGrad = toleranceGrad
    self.toleranceChange = toleranceChange
    self.lineSearch = lineSearch
  }

  public func memory(for count: Int) throws -> [String: Int] {
    let (size, overflow) = count.multipliedReportingOverflow(by: history)
    if overflow {
      throw PluginError("a history of \(history) is too long", parameter: "history")
    }
    return ["steps": size, "changes": size, "step": count, "gradient": count, "counts": 2]
  }

  public func step(on objective: any Objective, rate: Double) throws {
    var w = objective.parameters
    var now = objective.start
    guard now.value.isFinite, now.gradient.largest > toleranceGrad else { return }
    var memory = LBFGSMemory(objective, history: history)
    // An iteration may ask for several points; these bound the work of a step.
    var asked = 1
    for iteration in 1...maxIterations {
      let isFirst = !memory.hasBegun
      let direction = memory.direction(for: now.gradient)
      let slope = dot(now.gradient, direction)
      // Nothing is known of the scale before the first iteration.
      let size = now.gradient.reduce(0) { $0 + $1.magnitude }
      var length = isFirst ? min(1, 1 / size) * rate : rate
      guard slope <= -toleranceChange else {
        memory.took(0, direction)
        break
      }
      let before = now
      switch lineSearch {
      case .none:
        w = sum(w, length, direction)
        if iteration < maxIterations { now = try objective.value(at: w) }
        asked += 1
      case .strongWolfe:
        var search = StrongWolfeSearch(
          start: now, slope: slope, along: direction, tolerance: toleranceChange)
        let found = try search.run(from: length) { try objective.value(at: sum(w, $0, direction)) }
        (length, now) = (found.length, found.point)
        w = sum(w, length, direction)
        asked += search.asked
      }
      memory.took(length, direction)
      if asked >= max(maxIterations * 5 / 4, 1) || now.gradient.largest <= toleranceGrad
        || direction.largest * length <= toleranceChange
        || (now.value - before.value).magnitude < toleranceChange
      {
        break
      }
    }
    objective.parameters = w
    memory.keep(in: objective)
  }

  /// w + t·d
  private func sum(_ w: [Double], _ t: Double, _ d: [Double]) -> [Double] {
    zip(w, d).map { $0 + t * $1 }
  }
}

/// What the method knows of the curvature, the oldest pair first.
private struct LBFGSMemory {
  private let history: Int
  private var steps: [[Double]] = []
  private var changes: [[Double]] = []
  /// The last step, and the gradient where it began.
  private var step: [Double]
  private var gradient: [Double]
  private(set) var hasBegun: Bool

  init(_ objective: any Objective, history: Int) {
    self.history = history
    let counts = objective[memory: "counts"]
    hasBegun = counts[0] == 1
    step = objective[memory: "step"]
    gradient = objective[memory: "gradient"]
    let pairs = min(Int(counts[1]), history)
    steps = Self.rows(objective[memory: "steps"], pairs, step.count)
    changes = Self.rows(objective[memory: "changes"], pairs, step.count)
  }

  private static func rows(_ values: [Double], _ rows: Int, _ width: Int) -> [[Double]] {
    (0..<rows).map { Array(values[$0 * width..<($0 + 1) * width]) }
  }

  func keep(in objective: any Objective) {
    objective[memory: "counts"] = [hasBegun ? 1 : 0, Double(steps.count)]
    objective[memory: "step"] = step
    objective[memory: "gradient"] = gradient
    let rest = [Double](repeating: 0, count: (history - steps.count) * step.count)
    objective[memory: "steps"] = steps.flatMap { $0 } + rest
    objective[memory: "changes"] = changes.flatMap { $0 } + rest
  }

  mutating func took(_ length: Double, _ direction: [Double]) {
    step = direction.map { $0 * length }
  }

  /// −H·g, after what the last step has shown is taken in.
  mutating func direction(for newGradient: [Double]) -> [Double] {
    if hasBegun {
      let change = zip(newGradient, gradient).map { $0 - $1 }
      if dot(change, step) > 1e-10 {
        if steps.count == history {
          steps.removeFirst()
          changes.removeFirst()
        }
        steps.append(step)
        changes.append(change)
      }
    }
    hasBegun = true
    gradient = newGradient
    var direction = newGradient.map { -$0 }
    guard let newest = steps.last, let newestChange = changes.last else { return direction }
    let weights = zip(steps, changes).map { 1 / dot($0, $1) }
    var shares = [Double](repeating: 0, count: steps.count)
    for place in steps.indices.reversed() {
      shares[place] = weights[place] * dot(steps[place], direction)
      add(&direction, -shares[place], changes[place])
    }
    let scale = dot(newest, newestChange) / dot(newestChange, newestChange)
    for place in direction.indices { direction[place] *= scale }
    for place in steps.indices {
      let share = weights[place] * dot(changes[place], direction)
      add(&direction, shares[place] - share, steps[place])
    }
    return direction
  }
}
