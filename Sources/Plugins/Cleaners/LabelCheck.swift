import EspalierProtocols

/// Looks through the targets: those that are missing or infinite, out of a list or range, or of a class
/// with too few samples end the run, or leave their samples out.
///
/// `labels` are the names that classes may have, `low` and `high` the bounds of values, ends included.
/// `minimum_count` is how many samples of `data.source` a class needs; sources of their own for
/// validation and test lose the same classes. A class without samples stays among the model's outputs.
/// Fits nothing. Shape unchanged.
public struct LabelCheck: Cleaner {
  /// What follows from a target that is not as it should be.
  public enum Action: String, Choice, Sendable { case error, drop }

  public static let manifest = Manifest(
    "label_check", "refuses or leaves out targets that are missing, out of bounds or too rare",
    aliases: ["check_labels"], sample: "label_check: {minimum_count: 2, action: drop}")

  @Parameter("names that classes may have; all unless given") public var labels: [String] = []
  @Parameter("the least that a value may be") public var low: Double? = nil
  @Parameter("the greatest that a value may be") public var high: Double? = nil
  @Parameter("samples that a class needs", in: 1...) public var minimumCount: Int = 1
  @Parameter("what follows from a target that is not as it should be")
  public var action: Action = .error

  public init() {}
  public init(
    labels: [String] = [], low: Double? = nil, high: Double? = nil, minimumCount: Int = 1,
    action: Action = .error
  ) {
    self.labels = labels
    self.low = low
    self.high = high
    self.minimumCount = minimumCount
    self.action = action
  }

  public func validate() throws {
    if let low, let high, low > high {
      throw PluginError("low (\(low)) is above high (\(high))", parameter: "low")
    }
  }

  public func exclusion(
    from samples: SourceSamples, beside training: SourceSamples?
  ) throws -> Exclusion {
    switch samples.description.target {
    case .none: return Exclusion()
    case .values:
      try refuse(!labels.isEmpty, "labels", "the targets are values, not classes")
      try refuse(minimumCount > 1, "minimum_count", "the targets are values, not classes")
      return try exclusion(from: samples) { target in
        if let fault = Self.fault(ofNumber: target) { return fault }
        let value = Double(target)
        if let low, value < low { return "\(target) is below \(ConfigValue.format(low))" }
        if let high, value > high { return "\(target) is above \(ConfigValue.format(high))" }
        return nil
      }
    case .classes(let names):
      try refuse(low != nil, "low", "the targets are classes, not values")
      try refuse(high != nil, "high", "the targets are classes, not values")
      let allowed = Set(labels)
      let counts = try counts(training ?? samples, names.count)
      return try exclusion(from: samples) { target in
        if let fault = Self.fault(ofNumber: target) { return fault }
        guard let number = Int(exactly: target), names.indices.contains(number) else {
          return "\(target) is the number of no class; there are \(names.count), from 0"
        }
        let name = names[number]
        if !labels.isEmpty, !allowed.contains(name) { return "`\(name)` is none of `labels`" }
        guard counts[number] < minimumCount else { return nil }
        return "the class `\(name)` has \(counts[number]) of \(minimumCount) samples"
      }
    }
  }

  private func refuse(_ isWrong: Bool, _ parameter: String, _ message: String) throws {
    if isWrong { throw PluginError(message, parameter: parameter) }
  }

  private static func fault(ofNumber target: Float) -> String? {
    target.isNaN ? "the target is missing" : target.isInfinite ? "the target is infinite" : nil
  }

  private func counts(_ samples: SourceSamples, _ classes: Int) throws -> [Int] {
    var counts = [Int](repeating: 0, count: classes)
    guard minimumCount > 1 else { return [Int](repeating: 1, count: classes) }
    try samples.forEachChunk { _, _, targets in
      for target in targets {
        if let number = Int(exactly: target), counts.indices.contains(number) {
          counts[number] += 1
        }
      }
    }
    return counts
  }

  /// - Parameter fault: what is wrong with a target, in words; `nil` for nothing.
  private func exclusion(
    from samples: SourceSamples, _ fault: (Float) -> String?
  ) throws -> Exclusion {
    var first: String?
    let wrong = try samples.indices { _, targets in
      for target in targets {
        guard let words = fault(target) else { continue }
        first = first ?? words
        return true
      }
      return false
    }
    guard action == .error, let sample = wrong.first, let first else { return Exclusion(wrong) }
    throw PluginError(
      "\(samples.place(of: sample)): \(first)"
        + (wrong.count > 1 ? "; \(wrong.count) samples have such targets" : ""),
      remedy: "`action: drop` leaves such samples out")
  }
}
