import EspalierProtocols

/// Logs how far a step moves each weight, as a share of the weight: about 0.001 is healthy.
///
///     update_ratio/NAME = ‖w' − w‖/‖w‖        w before the step, w' after it
///
/// Where gradients are accumulated, the update that closes a window is seen, and logged at its last step.
/// Much more and the rate is too high, much less and it is too low. Biases, which may be zero for
/// good, are left out.
public struct UpdateRatio: Callback {
  public static let manifest = Manifest(
    "update_ratio", "logs ‖Δw‖/‖w‖ of the weights; about 0.001 is healthy",
    sample: "{update_ratio: {every: 100}}")

  @Parameter("steps from one to the next", in: 1..., unit: "steps") public var every: Int = 100

  private var before: [String: [Float]] = [:]
  private var updates = 0

  public init() {}

  public init(every: Int) { self.every = every }

  public var events: Set<Event> { [.batchLoaded, .batchEnd] }

  public func isDue(_ event: Event, at step: Int) -> Bool {
    event == .batchEnd ? !before.isEmpty : step.isMultiple(of: every)
  }

  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    let names = run.parameterNames.filter { $0.contains("weight") }
    if event == .batchLoaded {
      updates = run.updates
      for name in names { before[name] = try run.parameter(name) }
    } else if run.updates > updates {
      for name in names {
        guard let old = before[name] else { continue }
        let size = Self.norm(old)
        guard size > 0 else { continue }
        let change = Self.norm(zip(try run.parameter(name), old).map { $0 - $1 })
        run.log("update_ratio/\(name)", change / size)
      }
      before = [:]
    }
    return .proceed
  }

  private static func norm(_ numbers: [Float]) -> Double {
    numbers.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
  }
}
