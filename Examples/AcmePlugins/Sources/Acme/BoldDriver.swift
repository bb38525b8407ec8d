import Espalier

/// A rate that grows while the training loss falls, and is cut as soon as it rises.
///
/// After each epoch: η ← η · `growth` where the loss is less than in the epoch before, else η · `cut`.
struct BoldDriver: Scheduler {
  static let manifest = Manifest(
    "bold_driver", "a rate that grows while the loss falls and is cut when it rises",
    paper: "Vogl, Mangis, Rigler, Zink and Alkon, 1988")

  @Parameter("factor after an epoch that lowered the loss", in: 1...) var growth: Double = 1.05
  @Parameter("factor after an epoch that did not", in: Bounds.openUnit) var cut: Double = 0.5
  @Parameter("the result that is watched") var monitor: String? = "train_loss"

  func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    base * (memory["factor"] ?? 1)
  }

  func observe(_ metrics: [String: Double], memory: inout ScheduleMemory) {
    guard let monitor, let loss = metrics[monitor], loss.isFinite else { return }
    if let last = memory["loss"] {
      memory["factor"] = (memory["factor"] ?? 1) * (loss < last ? growth : cut)
    }
    memory["loss"] = loss
  }
}
