import EspalierProtocols

/// Which values of a watched result are better.
public enum MonitorMode: String, Choice {
  /// As the result itself says: losses small, scores large.
  case auto
  case min, max
}

/// The best value of a result so far.
struct Best {
  private(set) var value: Double?
  private(set) var epoch = 0

  /// Takes the value if it is better than the best by more than `margin`.
  ///
  /// What is not finite is never better: it could not be compared, nor written into a checkpoint.
  mutating func take(_ new: Double, epoch: Int, margin: Double, higher: Bool) -> Bool {
    guard new.isFinite else { return false }
    if let value, higher ? new <= value + margin : new >= value - margin { return false }
    value = new
    self.epoch = epoch
    return true
  }

  func store(in memory: inout CallbackMemory) {
    memory.numbers["best"] = value
    memory.numbers["best_epoch"] = Double(epoch)
  }

  init() {}
  init(_ memory: CallbackMemory) {
    value = memory.numbers["best"]
    epoch = Int(memory.numbers["best_epoch"] ?? 0)
  }
}

extension MonitorMode {
  func isHigher(_ metric: String, _ run: any RunState) -> Bool {
    switch self {
    case .auto: run.higherIsBetter(metric)
    case .min: false
    case .max: true
    }
  }
}

extension RunState {
  /// The latest value of a result.
  func result(_ name: String) throws -> Double {
    guard let value = metrics[name] else {
      let known = metrics.keys.sorted().joined(separator: ", ")
      throw PluginError("there is no result `\(name)`, only \(known)", parameter: "monitor")
    }
    return value
  }
}
