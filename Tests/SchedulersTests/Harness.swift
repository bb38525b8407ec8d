import EspalierProtocols
import EspalierReferences
import Testing

/// The rates of a schedule at the steps of a run whose epochs have one step each.
func rates(
  _ scheduler: any Scheduler, base: Double, steps: Int = 120, stepsPerEpoch: Int = 1,
  total: Int? = nil, metrics: [[String: Double]] = []
) -> [Double] {
  var memory = ScheduleMemory()
  return (0..<steps).map { step in
    let time = TrainingTime(
      step: step, stepsPerEpoch: stepsPerEpoch, totalSteps: total ?? steps)
    let rate = scheduler.rate(base, at: time, memory: &memory)
    if step < metrics.count { scheduler.observe(metrics[step], memory: &memory) }
    return rate
  }
}

/// Compares every case of a file with the schedule made for it.
///
/// - Parameter folder: of the file, seen from the oracles.
func check(
  _ file: String, in folder: String = "schedulers/",
  where include: (OracleCase) -> Bool = { _ in true },
  base: (OracleCase) -> Double = { $0.number("lr")! },
  _ make: (OracleCase) throws -> any Scheduler
) throws {
  let cases = try Oracle.cases(folder + file).filter(include)
  #expect(!cases.isEmpty, "no cases in \(file)")
  for reference in cases {
    let scheduler = try make(reference)
    try scheduler.validate()
    let expected = try #require(reference.outputs["lr"])
    let metrics = (reference.inputs["metric"]?.values ?? []).map { ["validation_loss": $0] }
    let found = rates(
      scheduler, base: base(reference), steps: expected.values.count, metrics: metrics)
    let problem = reference.difference("lr", .init(expected.shape, found), expected)
    #expect(problem == nil, "\(reference.id): \(problem ?? "")")
  }
}

func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-12 * max(abs(a), abs(b)) }
