import Espalier
import EspalierConformance
import Synchronization
import Testing

/// Plugins that act on a run, with a fault each, which the kit must find.
@Suite struct BrokenRunTests {
  struct Descent: Optimizer {
    enum Fault: String, Choice { case none, uphill, whole, shape }
    static let manifest = Manifest(
      "descent", "w − ηg", sample: "{descent: {learning_rate: 0.1}}")
    @Parameter("rate", in: Bounds.positive) var learningRate: Double
    @Parameter("what is wrong with it") var fault = Fault.none
    init() {}
    init(_ fault: Fault, learningRate: Double = 0.1) {
      self.learningRate = learningRate
      self.fault = fault
    }

    func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
      switch fault {
      case .none: parameter - step.rate * gradient
      case .uphill: parameter + step.rate * gradient
      case .whole: parameter - step.rate * gradient / (1 + sqrt(square(gradient).sum()))
      case .shape: (parameter - step.rate * gradient).sum()
      }
    }
  }

  @Test func optimizers() throws {
    try checkConvergence(of: Descent(.none))
    expectFailure("descent: is at", "it diverges") {
      try checkConvergence(of: Descent(.uphill, learningRate: 10))
    }
    expectFailure("descent: ends at", "the minimum is at [1.0, -1.0]") {
      try checkConvergence(of: Descent(.none, learningRate: 1e-4))
    }
    expectFailure("together and", "isElementwise") {
      try checkDeterminism(of: Descent(.whole))
    }
    expectFailure("makes a parameter [5] into []") { try checkDeterminism(of: Descent(.shape)) }
  }

  /// Halves the rate after each validation.
  struct Halving: Scheduler {
    enum Fault: String, Choice { case none, remembersElsewhere, negative }
    static let manifest = Manifest("halving", "half the rate after each validation")
    @Parameter("what is wrong with it") var fault = Fault.none
    private let elsewhere = Elsewhere()
    init() {}
    init(_ fault: Fault) { self.fault = fault }

    private final class Elsewhere: Sendable { let count = Mutex(0.0) }

    func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
      let count =
        fault == .remembersElsewhere ? elsewhere.count.withLock { $0 } : memory["count"] ?? 0
      return base / (1 + count) - (fault == .negative ? 0.05 : 0)
    }

    func observe(_ metrics: [String: Double], memory: inout ScheduleMemory) {
      if fault == .remembersElsewhere {
        elsewhere.count.withLock { $0 += 1 }
      } else {
        memory["count"] = (memory["count"] ?? 0) + 1
      }
    }
  }

  @Test func schedulers() throws {
    try checkDeterminism(of: Halving())
    try checkRoundTrip(of: Halving())
    expectFailure("halving: the rate of step 0 is", "the second time, not 0.1") {
      try checkRoundTrip(of: Halving(.remembersElsewhere))
    }
    expectFailure("halving: the rate of step", "when run again") {
      try checkDeterminism(of: Halving(.remembersElsewhere))
    }
    expectFailure("a finite one that is not negative is expected") {
      try checkRoundTrip(of: Halving(.negative))
    }
  }

  /// Shrinks weights a little more with every step that it has seen.
  struct Shrinking: Callback {
    enum Fault: String, Choice { case none, forgets, loses }
    static let manifest = Manifest("shrinking", "shrinks the weights more and more")
    @Parameter("what is wrong with it") var fault = Fault.none
    private var steps = 0.0
    init() {}
    init(_ fault: Fault) { self.fault = fault }

    var events: Set<Event> { [.batchEnd] }

    mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
      steps += 1
      for name in run.parameterNames {
        try run.setParameter(name, run.parameter(name).map { $0 * Float(1 - 1e-4 * steps) })
      }
      return .proceed
    }

    var memory: CallbackMemory {
      get { fault == .forgets ? CallbackMemory() : CallbackMemory(numbers: ["steps": steps]) }
      set { steps = fault == .loses ? 0 : newValue.numbers["steps"] ?? 0 }
    }
  }

  /// Differentiates another loss than it returns.
  struct HalfHidden: Callback {
    static let manifest = Manifest(
      "half_hidden", "the loss, half of it out of the gradient's reach")
    func transform(loss: Tensor, _ context: StepContext) -> Tensor {
      0.5 * loss + 0.5 * loss.withoutGradient()
    }
  }

  struct Many: Callback {
    static let manifest = Manifest("many", "the loss of each sample")
    func transform(loss: Tensor, _ context: StepContext) -> Tensor {
      square(context.output - context.target)
    }
  }

  struct Impulsive: Callback {
    static let manifest = Manifest("impulsive", "a rate of its own at random")
    var events: Set<Event> { [.batchLoaded] }
    mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
      run.learningRate = .random(in: 0...0.1)
      return .proceed
    }
  }

  @Test func callbacks() throws {
    try checkDeterminism(of: Shrinking())
    try checkRoundTrip(of: Shrinking())
    expectFailure("shrinking: the loss of step 5 is", "cut after step 3") {
      try checkRoundTrip(of: Shrinking(.forgets))
    }
    expectFailure("shrinking: the loss of step 5 is", "cut after step 3") {
      try checkRoundTrip(of: Shrinking(.loses))
    }
    expectFailure("half_hidden: gradient of") { try checkGradients(of: HalfHidden()) }
    expectFailure("many: the loss becomes [4], a single number is expected") {
      try checkGradients(of: Many())
    }
    expectFailure("impulsive: the rate of step 1 is", "when run again") {
      try checkDeterminism(of: Impulsive())
    }
  }

  /// The share of predictions that are right.
  struct Share: Metric {
    enum Fault: String, Choice { case none, forgets, meanOfMeans, noReset, direction }
    static let manifest = Manifest("share", "the share that is right")
    static let task = LearningTask.classification
    @Parameter("what is wrong with it") var fault = Fault.none
    init() {}
    init(_ fault: Fault) { self.fault = fault }
    func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
      Count(fault: fault)
    }

    struct Count: MetricAccumulator {
      let fault: Fault
      var right = 0.0
      var all = 0.0
      mutating func update(_ batch: MetricBatch) {
        let found = (0..<batch.count).count {
          (batch.predictedClass($0) == Int(batch.targets[$0])) != (fault == .direction)
        }
        right += fault == .meanOfMeans ? Double(found) / Double(batch.count) : Double(found)
        all += fault == .meanOfMeans ? 1 : Double(batch.count)
      }
      func result() -> MetricResult { .number(right / all) }
      mutating func reset() { if fault != .noReset { (right, all) = (0, 0) } }
      var state: [Double] {
        get { fault == .forgets ? [right, 0] : [right, all] }
        set { if newValue.count == 2 { (right, all) = (newValue[0], newValue[1]) } }
      }
    }
  }

  @Test func metrics() throws {
    try checkRoundTrip(of: Share())
    expectFailure("share: is", "put into a fresh count after 9 samples", "for 4 classes") {
      try checkRoundTrip(of: Share(.forgets))
    }
    expectFailure("in batches of 5, 11, 2") { try checkRoundTrip(of: Share(.meanOfMeans)) }
    expectFailure("after a reset") { try checkRoundTrip(of: Share(.noReset)) }
    expectFailure("says that more is better") { try checkRoundTrip(of: Share(.direction)) }
  }
}
