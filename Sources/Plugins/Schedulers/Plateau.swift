import EspalierProtocols

/// The rate falls by a factor when a result stops getting better.
///
/// A result is better than the best so far by more than `threshold`: relative (less than
/// best·(1 − threshold), more than best·(1 + threshold)) or absolute. After more than `patience`
/// results in a row that are not better the rate becomes max(η·`factor`, `minimum`); the next
/// `cooldown` results do not count.
public struct Plateau: Scheduler {
  /// Which results are better.
  public enum Mode: String, Choice { case auto, min, max }
  /// How `threshold` is meant.
  public enum Threshold: String, Choice { case relative, absolute }

  public static let manifest = Manifest(
    "plateau", "max(f·η, m) whenever a validation result stops getting better",
    aliases: ["reduce_on_plateau"],
    sample: "{plateau: {monitor: validation_loss, factor: 0.5, patience: 5}}")

  @Parameter("the result that is watched") public var monitor: String? = "validation_loss"
  @Parameter("factor of each fall", in: Bounds.openUnit) public var factor: Double = 0.1
  @Parameter("results without improvement that are borne", in: 0..., unit: "validations")
  public var patience: Int = 10
  @Parameter("by how much a result must be better to count", in: 0...)
  public var threshold: Double = 1e-4
  @Parameter("whether the threshold is a share of the best, or a difference")
  public var thresholdMode: Threshold = .relative
  @Parameter("results after a fall that do not count", in: 0..., unit: "validations")
  public var cooldown: Int = 0
  @Parameter("what the rate does not fall below", in: 0...) public var minimum: Double = 0
  @Parameter("which results are better; `auto` tells losses and errors from scores by their name")
  public var mode: Mode = .auto

  public init() {}

  public init(
    monitor: String = "validation_loss", factor: Double, patience: Int = 10,
    threshold: Double = 1e-4, thresholdMode: Threshold = .relative, cooldown: Int = 0,
    minimum: Double = 0, mode: Mode = .auto
  ) {
    self.monitor = monitor
    self.factor = factor
    self.patience = patience
    self.threshold = threshold
    self.thresholdMode = thresholdMode
    self.cooldown = cooldown
    self.minimum = minimum
    self.mode = mode
  }

  public func validate() throws {
    if monitor == nil {
      throw PluginError(
        "a result to watch is needed, such as `validation_loss`", parameter: "monitor")
    }
  }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    guard let falls = memory["falls"], falls > 0 else { return base }
    return max(base * power(factor, falls), min(minimum, base))
  }

  public func observe(_ metrics: [String: Double], memory: inout ScheduleMemory) {
    guard let monitor, let value = metrics[monitor] else { return }
    if isBetter(value, than: memory["best"], monitor) {
      memory["best"] = value
      memory["bad"] = 0
    } else {
      memory["bad"] = (memory["bad"] ?? 0) + 1
    }
    if let rest = memory["cooldown"], rest > 0 {
      memory["cooldown"] = rest - 1
      memory["bad"] = 0
    }
    if (memory["bad"] ?? 0) > Double(patience) {
      memory["falls"] = (memory["falls"] ?? 0) + 1
      memory["cooldown"] = Double(cooldown)
      memory["bad"] = 0
    }
  }

  private func isBetter(_ value: Double, than best: Double?, _ monitor: String) -> Bool {
    // An infinite first result could not be written into a checkpoint, and is none to compare with.
    guard value.isFinite else { return false }
    guard let best else { return true }
    let higher = mode == .max || (mode == .auto && !Self.isSmallGood(monitor))
    switch (higher, thresholdMode) {
    case (false, .relative): return value < best * (1 - threshold)
    case (false, .absolute): return value < best - threshold
    case (true, .relative): return value > best * (1 + threshold)
    case (true, .absolute): return value > best + threshold
    }
  }

  /// Whether a result of this name is a loss or an error.
  static func isSmallGood(_ name: String) -> Bool {
    let words = Set(name.split(separator: "_"))
    return !words.isDisjoint(with: [
      "loss", "error", "mse", "rmse", "mae", "mape", "perplexity", "brier", "ece", "norm",
    ])
  }
}
