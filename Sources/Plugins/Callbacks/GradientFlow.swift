import EspalierProtocols

/// Logs the norm of every parameter's gradient: where it vanishes or explodes on its way down.
///
/// `gradient_norm/NAME` is √Σg² of one parameter, `gradient_norm` that of all. The step is split at the
/// steps that are logged, and at no others.
public struct GradientFlow: Callback {
  public static let manifest = Manifest(
    "gradient_flow", "logs the norm of every parameter's gradient",
    sample: "{gradient_flow: {every: 100}}")

  @Parameter("steps from one to the next", in: 1..., unit: "steps") public var every: Int = 100

  public init() {}

  public init(every: Int) { self.every = every }

  public var events: Set<Event> { [.afterBackward] }

  public func isDue(_ event: Event, at step: Int) -> Bool { step.isMultiple(of: every) }

  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    var total = 0.0
    for name in run.parameterNames {
      guard let gradient = try run.gradient(name) else { continue }
      let sum = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }
      run.log("gradient_norm/\(name)", sum.squareRoot())
      total += sum
    }
    run.log("gradient_norm", total.squareRoot())
    return .proceed
  }
}
