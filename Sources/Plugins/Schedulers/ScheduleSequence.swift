import EspalierProtocols

/// Schedules one after another, each with a time of its own that begins at 0.
///
/// Schedule i runs from milestone i − 1 to milestone i, the last one to the end of the run. Milestones
/// count steps unless `unit: epochs`.
public struct ScheduleSequence: Scheduler {
  public static let manifest = Manifest(
    "sequence", "schedules one after another, each from its milestone on",
    aliases: ["sequential"],
    sample: "{sequence: {milestones: [100], schedules: [{linear: {from: 0.1, to: 1}}, cosine]}}")

  @Component("the schedules in their order") public var schedules: [any Scheduler]
  @Parameter("steps or epochs at which the next one begins", in: 1...) public var milestones: [Int]
  @Parameter("what is counted") public var unit: ScheduleUnit = .steps

  public init() {}

  public init(
    _ schedules: [any Scheduler], milestones: [Int], unit: ScheduleUnit = .steps
  ) {
    self.schedules = schedules
    self.milestones = milestones
    self.unit = unit
  }

  public var monitor: String? { schedules.lazy.compactMap(\.monitor).first }

  public func validate() throws {
    guard milestones.count == schedules.count - 1 else {
      throw PluginError(
        "\(schedules.count) schedules need \(max(schedules.count - 1, 0)) milestones between them",
        parameter: "milestones")
    }
    guard zip(milestones, milestones.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw PluginError("milestones must rise", parameter: "milestones")
    }
  }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    let ends = milestones.map { unit == .epochs ? $0 * max(time.stepsPerEpoch, 1) : $0 }
    let place = ends.count { $0 <= time.step }
    let start = place == 0 ? 0 : ends[place - 1]
    let end = place < ends.count ? ends[place] : time.totalSteps
    let own = TrainingTime(
      step: time.step - start, stepsPerEpoch: time.stepsPerEpoch,
      totalSteps: max(end - start, 0))
    memory["place"] = Double(place)
    var inner = memory.part("\(place)")
    defer { memory.set(inner, as: "\(place)") }
    return schedules[place].rate(base, at: own, memory: &inner)
  }

  public func observe(_ metrics: [String: Double], memory: inout ScheduleMemory) {
    // Only the schedule that runs learns of results, as one that waits has no rate to change.
    let place = min(Int(memory["place"] ?? 0), schedules.count - 1)
    var inner = memory.part("\(place)")
    schedules[place].observe(metrics, memory: &inner)
    memory.set(inner, as: "\(place)")
  }
}
