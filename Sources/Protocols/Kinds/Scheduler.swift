/// Changes the learning rate over the run.
public protocol Scheduler: Plugin {
  /// The rate of the step that is about to run.
  ///
  /// - Parameters:
  ///   - base: the optimizer's own rate.
  ///   - time: where the run stands.
  ///   - memory: the scheduler's state, kept in checkpoints; empty at first.
  func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double

  /// Told the results after each validation, for schedules that react to them.
  func observe(_ metrics: [String: Double], memory: inout ScheduleMemory)

  /// The name of the result that `observe` reads, so that a misspelt one is found before the run.
  var monitor: String? { get }
}

extension Scheduler {
  public func observe(_ metrics: [String: Double], memory: inout ScheduleMemory) {}
  public var monitor: String? { nil }
}

/// Where a run stands when a step begins.
public struct TrainingTime: Sendable {
  /// Steps done before this one.
  public var step: Int
  /// Batches of an epoch.
  public var stepsPerEpoch: Int
  /// Batches of the whole run.
  public var totalSteps: Int

  public init(step: Int, stepsPerEpoch: Int, totalSteps: Int) {
    self.step = step
    self.stepsPerEpoch = stepsPerEpoch
    self.totalSteps = totalSteps
  }

  /// Epochs done before the current one.
  public var epoch: Int { step / max(stepsPerEpoch, 1) }
  /// Epochs of the whole run.
  public var totalEpochs: Int { totalSteps / max(stepsPerEpoch, 1) }

  /// The same moment counted in a schedule's unit: whole epochs, or steps.
  public func elapsed(in unit: ScheduleUnit) -> Int { unit == .epochs ? epoch : step }
  /// The whole run counted in a schedule's unit.
  public func total(in unit: ScheduleUnit) -> Int { unit == .epochs ? totalEpochs : totalSteps }
}

/// In what a schedule counts.
public enum ScheduleUnit: String, Choice { case steps, epochs }

/// Numbers that a scheduler remembers.
public struct ScheduleMemory: Sendable, Codable, Hashable {
  /// The numbers by name.
  public var numbers: [String: Double] = [:]
  public init() {}
  /// A remembered number; `nil` before it is first set.
  public subscript(name: String) -> Double? {
    get { numbers[name] }
    set { numbers[name] = newValue }
  }
  /// The memory of a schedule inside another.
  public func part(_ prefix: String) -> ScheduleMemory {
    var result = ScheduleMemory()
    for (key, value) in numbers where key.hasPrefix(prefix + ".") {
      result.numbers[String(key.dropFirst(prefix.count + 1))] = value
    }
    return result
  }
  /// Stores the memory of a schedule inside this one; ``part(_:)`` gives it back.
  public mutating func set(_ part: ScheduleMemory, as prefix: String) {
    for (key, value) in part.numbers { numbers[prefix + "." + key] = value }
  }
}
