import EspalierHost
import EspalierProtocols
import EspalierSchedulers

/// A schedule in epochs should be as long as the run.
struct ScheduleLengthCheck: ConfigurationCheck {
  static let reads: Set<String> = ["schedule", "training"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    guard let schedule = run.schedule else { return [] }
    let epochs = run.training.epochs
    func finding(_ message: String, _ name: String) -> [Diagnostic] {
      [
        run.diagnostic(
          .scheduleLength, message, atPath: "schedule.\(schedule.pluginName).\(name)",
          label: "the run has \(epochs) epochs",
          notes: [.init("its length", at: run.place(ofPath: "training.epochs"))])
      ]
    }
    switch schedule {
    case let schedule as MultiStepDecay where schedule.unit == .epochs:
      guard let late = schedule.milestones.first(where: { $0 >= epochs }) else { return [] }
      return finding("the rate is to fall at epoch \(late), which does not come", "milestones")
    case let schedule as ScheduleSequence where schedule.unit == .epochs:
      guard let late = schedule.milestones.first(where: { $0 >= epochs }) else { return [] }
      return finding("the schedule from epoch \(late) on does not come", "milestones")
    case let schedule as Warmup where schedule.unit == .epochs && schedule.steps >= epochs:
      return finding("the rise of \(schedule.steps) epochs is the whole run", "steps")
    case let schedule as StepDecay where schedule.unit == .epochs && schedule.stepSize >= epochs:
      return finding(
        "the first fall, after \(schedule.stepSize) epochs, does not come", "step_size")
    default:
      guard let (length, unit) = length(of: schedule), unit == .epochs, length != epochs else {
        return []
      }
      return finding(
        length > epochs
          ? "a schedule of \(length) epochs does not come to its end"
          : "the schedule ends after \(length) epochs; the rest of the run has its last rate",
        "steps")
    }
  }

  private func length(of schedule: any Scheduler) -> (Int, ScheduleUnit)? {
    switch schedule {
    case let schedule as CosineDecay: schedule.steps.map { ($0, schedule.unit) }
    case let schedule as LinearDecay: schedule.steps.map { ($0, schedule.unit) }
    case let schedule as PolynomialDecay: schedule.steps.map { ($0, schedule.unit) }
    default: nil
    }
  }
}
