import EspalierProtocols

/// One update for the gradients of several batches: a large batch where memory holds only a small one.
///
///     g = Σᵢ nᵢ·gᵢ / Σᵢ nᵢ       over `steps` batches i of nᵢ samples
///
/// That is the gradient of the mean over all their samples; where samples have weights, n is their sum.
/// Class weights within a loss make its mean over each batch by itself. The last batch of an epoch closes a window
/// early. Gradients are clipped and otherwise changed after they were added up; what callbacks and layers
/// make of a batch (flooding, batch norm, the point at which SAM looks) is made of each batch by itself.
///
/// What counts updates: schedules, with ⌈batches / steps⌉ an epoch; the step number of optimizers and
/// averages; `every` of what looks at gradients (`gradient_flow`, hooks at `afterBackward`). What counts
/// batches: the run's steps, logs, checkpoints and all other hooks. The rate of a window's last batch is
/// that of the update.
///
/// A batch that a hook skips is absent from its window. If it is the last one, what was added up goes on
/// into the next window; at the end of an epoch it is dropped. Several such callbacks do not multiply: the
/// largest `steps` counts.
public struct GradientAccumulation: Callback {
  public static let manifest = Manifest(
    "gradient_accumulation", "Σn·g/Σn over several batches makes one update",
    aliases: ["accumulate_gradients"], sample: "{gradient_accumulation: {steps: 4}}")

  @Parameter("batches that make one update", in: 1..., unit: "batches") public var steps: Int

  public init() {}

  public init(steps: Int) { self.steps = steps }

  public var accumulatedSteps: Int { steps }
}
