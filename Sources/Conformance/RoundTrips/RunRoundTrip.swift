import Espalier
import EspalierHost
import EspalierProtocols

/// Cuts a small run in the middle of its first and second epoch, resumes it from its checkpoint, and
/// demands the bits of the run that went through.
func checkInterruption(_ run: SmallRun, of name: String) throws {
  let steps = [3, 10]
  let (whole, resumed) = try checking(name, "in a small run that is resumed") {
    try run.interrupted(at: steps)
  }
  for (step, outcome) in zip(steps, resumed) {
    if let difference = outcome.difference(from: whole) {
      throw ConformanceFailure(
        name, "\(difference), in a run that was cut after step \(step) and resumed")
    }
  }
}

/// Checks that a schedule's rates are a function of what it is told and what it remembers.
///
/// It is followed over six epochs with results that get better and worse: the rates are finite and not
/// negative; they are the same a second time; and the same from any step on when what it remembers
/// goes through JSON into a schedule made new from its description. A small run that is interrupted
/// and resumed ends in the same bits.
///
/// - Parameter base: the rate of the optimizer.
/// - Throws: ``ConformanceFailure`` with the step and both rates.
public func checkRoundTrip(of scheduler: some Scheduler, base: Double = 0.1) throws {
  try validated(scheduler)
  try checkConfigRoundTrip(scheduler)
  let name = scheduler.pluginName
  try checking(name) {
    let course = ScheduleCourse(base: base, monitor: scheduler.monitor)
    var memory = ScheduleMemory()
    let rates = try course.rates(of: scheduler, from: 0, &memory)
    for (step, rate) in rates.enumerated() where !(rate >= 0 && rate.isFinite) {
      throw ConformanceFailure(
        name, "the rate of step \(step) is \(rate), a finite one that is not negative is expected")
    }
    func expect(_ found: [Double], from start: Int, _ part: String) throws {
      for (place, rate) in found.enumerated() where rate != rates[start + place] {
        throw ConformanceFailure(
          name, "the rate of step \(start + place) is \(rate) \(part), not \(rates[start + place])")
      }
    }
    memory = ScheduleMemory()
    try expect(course.rates(of: scheduler, from: 0, &memory), from: 0, "the second time")
    for cut in [1, course.stepsPerEpoch, course.stepsPerEpoch * 3 + 2] {
      var before = ScheduleMemory()
      _ = try course.rates(of: made(like: scheduler), from: 0, to: cut, &before)
      var after: ScheduleMemory = try throughJSON(before)
      try expect(
        course.rates(of: made(like: scheduler), from: cut, &after), from: cut,
        "when it goes on from what it remembers after step \(cut)")
    }
  }
  try checkInterruption(SmallRun(of: [scheduler]) { $0.schedule = scheduler }, of: name)
}

/// A run as a schedule sees it.
private struct ScheduleCourse {
  let base: Double
  let monitor: String?
  let stepsPerEpoch = 5
  private let epochs = 6
  private let results = [1.0, 0.7, 0.71, 0.72, 0.5, 0.6]

  init(base: Double, monitor: String?) {
    self.base = base
    self.monitor = monitor
  }

  func rates(
    of scheduler: any Scheduler, from start: Int, to end: Int? = nil,
    _ memory: inout ScheduleMemory
  ) throws -> [Double] {
    var rates: [Double] = []
    let total = stepsPerEpoch * epochs
    for step in start..<(end ?? total) {
      let time = TrainingTime(step: step, stepsPerEpoch: stepsPerEpoch, totalSteps: total)
      rates.append(scheduler.rate(base, at: time, memory: &memory))
      guard (step + 1) % stepsPerEpoch == 0 else { continue }
      let result = results[step / stepsPerEpoch]
      var metrics = ["train_loss": result, "validation_loss": result + 0.1]
      if let monitor { metrics[monitor] = result }
      scheduler.observe(metrics, memory: &memory)
    }
    return rates
  }
}

/// Checks that a callback remembers in its `memory` all that it goes by.
///
/// What it remembers goes through JSON into a callback made new from its description, which then
/// remembers the same; a small run that is interrupted in mid-epoch and resumed ends in the same bits,
/// with the same memories.
///
/// - Throws: ``ConformanceFailure`` for the first thing that differs.
public func checkRoundTrip(of callback: some Callback) throws {
  try validated(callback)
  try checkConfigRoundTrip(callback)
  let name = callback.pluginName
  try checking(name) {
    var again = try made(like: callback)
    let memory: CallbackMemory = try throughJSON(callback.memory)
    again.memory = memory
    guard again.memory == callback.memory else {
      throw ConformanceFailure(
        name, "remembers \(again.memory), it was given \(callback.memory)")
    }
  }
  try checkInterruption(SmallRun(of: [callback]) { $0.callbacks = [callback] }, of: name)
}

/// Checks that an optimizer keeps all that it goes by in its state: a small run that is interrupted and
/// resumed ends in the same bits. Its description reads again as a config.
///
/// - Throws: ``ConformanceFailure`` for the first number that differs.
public func checkRoundTrip(of optimizer: some Optimizer) throws {
  try validated(optimizer)
  try checkConfigRoundTrip(optimizer)
  try checkInterruption(
    SmallRun(of: [optimizer]) { $0.optimizer = optimizer }, of: optimizer.pluginName)
}

/// Checks that a layer keeps all that it goes by in its parameters and statistics: a small run that is
/// interrupted and resumed ends in the same bits. Its description reads again as a config.
///
/// - Parameter sampleShapes: of the samples that are tried, all of which it must accept; unless given,
///   a row of features and an image, of which it must accept one.
/// - Throws: ``ConformanceFailure`` for the first number that differs.
public func checkRoundTrip(of layer: some Layer, sampleShapes: [Shape]? = nil) throws {
  try validated(layer)
  try checkConfigRoundTrip(layer)
  for run in try layerRuns(layer, sampleShapes) {
    try checkInterruption(run, of: layer.pluginName)
  }
}
