import Espalier

/// Goes on carefully after a batch whose loss is far above the usual.
///
/// The usual is a running mean: μ ← `decay` · μ + (1 − `decay`) · loss. After a batch with a loss above
/// `factor` · μ the rate is multiplied by `slowdown` for the next `steps` steps. How often that was so
/// is logged as `loss_spikes` at the end of each epoch.
struct LossSpikeGuard: Callback {
  static let manifest = Manifest(
    "loss_spike_guard", "a smaller rate for some steps after a batch with an unusual loss",
    sample: "{loss_spike_guard: {factor: 3, steps: 20}}")

  @Parameter("how many times the usual a loss must be", in: 1...) var factor: Double = 3
  @Parameter("steps that are taken carefully", in: 1..., unit: "steps") var steps: Int = 20
  @Parameter("factor of the rate in these", in: Bounds.share) var slowdown: Double = 0.1
  @Parameter("share that the running mean keeps", in: 0..<1) var decay: Double = 0.95

  private var mean: Double?
  private var left = 0
  private var spikes = 0

  init() {}
  init(factor: Double, steps: Int, slowdown: Double = 0.1) {
    self.factor = factor
    self.steps = steps
    self.slowdown = slowdown
  }

  var events: Set<Event> { [.batchLoaded, .batchEnd, .epochEnd] }

  mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    switch event {
    case .batchLoaded where left > 0:
      run.learningRate *= slowdown
      left -= 1
    case .batchEnd:
      take(run.batchLoss)
    case .epochEnd:
      run.log("loss_spikes", Double(spikes))
    default: break
    }
    return .proceed
  }

  private mutating func take(_ loss: Double) {
    guard loss.isFinite else { return }
    if let mean, loss > factor * mean {
      left = steps
      spikes += 1
    }
    mean = mean.map { decay * $0 + (1 - decay) * loss } ?? loss
  }

  var memory: CallbackMemory {
    get {
      var memory = CallbackMemory(numbers: ["left": Double(left), "spikes": Double(spikes)])
      memory.numbers["mean"] = mean
      return memory
    }
    set {
      mean = newValue.numbers["mean"]
      left = Int(newValue.numbers["left"] ?? 0)
      spikes = Int(newValue.numbers["spikes"] ?? 0)
    }
  }
}
