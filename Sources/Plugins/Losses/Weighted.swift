import EspalierProtocols

/// Several losses at once: L = Σ wᵢ·Lᵢ, for one output seen in several ways or for a model with several heads.
///
/// Each loss sees the whole output and target; or, with `outputs` and `targets`, its own part of their
/// last axis, as wide as given there in the order of the losses: a model of several heads joins them with
/// `parallel`. A part of one value a sample is [n] to a loss for classes. How they are balanced, T the number of
/// losses, in training alone:
///
///     fixed          wᵢ as given
///     magnitude      wᵢ · T · (1/Lᵢ) / Σⱼ (1/Lⱼ): every loss is as large as the others
///     uncertainty    wᵢ · e^(−sᵢ) and + sᵢ, with sᵢ learned along, 0 in the beginning
///     gradient_norm  wᵢ · T · (1/|gᵢ|) / Σⱼ (1/|gⱼ|): every loss pulls as hard at the parameters
///
/// Nothing is differentiated through the weights of `magnitude` and `gradient_norm`. gᵢ is the gradient for the
/// parameters of the layers in `shared`, for all unless given; it takes another pass back a loss.
public struct Weighted: Loss {
  /// How losses are balanced.
  public enum Balance: String, Choice, Sendable {
    case fixed, magnitude, uncertainty
    case gradientNorm = "gradient_norm"
  }

  public static let manifest = Manifest(
    "weighted", "Σ wᵢ·Lᵢ: several losses or heads, balanced",
    paper: "Kendall, Gal and Cipolla, 2018; Chen and others, 2018",
    sample: "weighted: {losses: [cross_entropy, hinge], weights: [1, 0.5]}")
  public static let task = LearningTask.any

  @Component("the losses, in the order of their parts of the output") public var losses: [any Loss]
  @Parameter("a factor a loss; 1 each unless given", in: 0...) public var weights: [Float] = []
  @Parameter("how the losses are balanced against each other") public var balance = Balance.fixed
  @Parameter("numbers of the output that each loss sees; all of them unless given", in: 1...)
  public var outputs: [Int] = []
  @Parameter("numbers of the target that each loss sees; all of them unless given", in: 1...)
  public var targets: [Int] = []
  @Parameter("layers whose gradients are balanced, with `*`; all when empty")
  public var shared: [String] = []

  public init() {}
  public init(
    _ losses: [any Loss], weights: [Float] = [], balance: Balance = .fixed, outputs: [Int] = [],
    targets: [Int] = [], shared: [String] = []
  ) {
    self.losses = losses
    self.weights = weights
    self.balance = balance
    self.outputs = outputs
    self.targets = targets
    self.shared = shared
  }

  public func validate() throws {
    guard !losses.isEmpty else {
      throw PluginError("it weighs losses, and there are none", parameter: "losses")
    }
    for (name, count) in [
      ("weights", weights.count), ("outputs", outputs.count), ("targets", targets.count),
    ] where count > 0 && count != losses.count {
      throw PluginError(
        "\(count) \(name) for \(losses.count) losses", parameter: name, remedy: "one a loss")
    }
    if !shared.isEmpty, balance != .gradientNorm {
      throw PluginError(
        "gradients are compared by `balance: gradient_norm` alone", parameter: "shared",
        remedy: "leave it out, or balance by gradient_norm")
    }
  }

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    let views = try parts(of: output, outputs, "outputs")
    let wanted = try parts(of: target, targets, "targets")
    var values: [Tensor] = []
    for (index, loss) in losses.enumerated() {
      var own = context
      own.scope = context.scope?.inner("\(index)")
      // A column of classes is a class a sample.
      let column = wanted[index]
      let isClasses = type(of: loss).task == .classification && column.shape.last == 1
      let one = isClasses ? column.reshaped(to: [column.shape[0]]) : column
      values.append(try loss(views[index], one, own))
    }
    let given = losses.indices.map { weights.isEmpty ? 1 : weights[$0] }
    guard context.isTraining else { return sum(values, given.map { output.recorder.constant($0) }) }
    switch balance {
    case .fixed: return sum(values, given.map { output.recorder.constant($0) })
    case .magnitude: return sum(values, shares(values, given))
    case .gradientNorm:
      let parameters: [Tensor]
      do { parameters = try context.parameters(of: shared) } catch let error as PluginError {
        throw PluginError(error.message, parameter: "shared")
      }
      return sum(values, shares(values.map { norm($0.gradients(for: parameters)) }, given))
    case .uncertainty:
      guard let scope = context.scope else {
        throw PluginError("uncertainties are learned in a run alone", parameter: "balance")
      }
      let s = scope.parameter(
        "log_variance", [losses.count], role: .bias, initial: .constant(0))
      let each = values.enumerated().map { index, value in
        let own = s.slice(axis: 0, index..<index + 1).reshaped(to: [])
        return exp(-own) * (value * given[index]) + own
      }
      return sum(each, each.map { $0.filled(with: 1) })
    }
  }

  private func sum(_ values: [Tensor], _ weights: [Tensor]) -> Tensor {
    let parts = zip(values, weights).map { $0.reshaped(to: []) * $1 }
    return parts.dropFirst().reduce(parts[0]) { $0 + $1 }
  }

  /// wᵢ · T · (1/xᵢ) / Σⱼ (1/xⱼ)
  private func shares(_ sizes: [Tensor], _ given: [Float]) -> [Tensor] {
    // What has no size would get all of the weight.
    let inverses = sizes.map { 1 / maximum(abs($0.withoutGradient()).reshaped(to: []), 1e-12) }
    let total = inverses.dropFirst().reduce(inverses[0]) { $0 + $1 }
    return zip(inverses, given).map { $0 * (Float(sizes.count) * $1) / total }
  }

  private func norm(_ gradients: [Tensor]) -> Tensor {
    let squares = gradients.map { square($0).sum() }
    return sqrt(squares.dropFirst().reduce(squares[0]) { $0 + $1 })
  }

  private func parts(of tensor: Tensor, _ widths: [Int], _ name: String) throws -> [Tensor] {
    guard !widths.isEmpty else { return losses.map { _ in tensor } }
    let whole = tensor.rank == 1 ? tensor.reshaped(to: [tensor.shape[0], 1]) : tensor
    let total = widths.reduce(0, +)
    guard whole.shape.last == total else {
      throw PluginError(
        "\(name) take \(total) numbers a sample, and there are \(whole.shape.last)",
        parameter: name)
    }
    var start = 0
    return widths.map { width in
      defer { start += width }
      return whole.slice(axis: -1, start..<start + width)
    }
  }

  /// What each loss makes of its part, joined; without parts, what the first one makes of the output.
  public func prediction(from output: Tensor) -> Tensor {
    guard !outputs.isEmpty, let parts = try? parts(of: output, outputs, "outputs") else {
      return losses.first.map { $0.prediction(from: output) } ?? output
    }
    return Tensor.concatenate(
      zip(losses, parts).map { $0.prediction(from: $1) }, axis: -1)
  }

  public func outputs(for target: TargetDescription) -> Int? {
    if !outputs.isEmpty { return outputs.reduce(0, +) }
    return losses.lazy.compactMap { $0.outputs(for: target) }.first
  }

  public var takesClassShares: Bool {
    targets.isEmpty && losses.allSatisfy { $0.takesClassShares }
  }
}
