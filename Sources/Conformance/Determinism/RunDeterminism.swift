import Espalier
import EspalierHost
import EspalierProtocols

/// Runs with one and two threads and with none and two threads for data, all of which must come to the
/// same bits.
func checkSameBits(_ run: SmallRun, of name: String) throws {
  let first = try checking(name, "in a small run") { try run.outcome(threads: 1, workers: 0) }
  for (threads, workers, part) in [
    (1, 0, "when run again"), (2, 0, "with 2 threads"), (2, 2, "with 2 threads and 2 for data"),
  ] {
    let other = try checking(name, part) { try run.outcome(threads: threads, workers: workers) }
    if let difference = other.difference(from: first) {
      throw ConformanceFailure(name, "\(difference), \(part)")
    }
  }
}

/// Checks that an optimizer is one rule whatever computes it.
///
/// Its update is the same on the processor as by the reference interpreter; an element-wise one gives
/// the same for parameters apart and laid together; a small run comes to the same bits when it is run
/// again, with two threads, and with threads that prepare data. One that asks for losses at points of its
/// choice records nothing, and goes through the runs alone.
///
/// - Throws: ``ConformanceFailure`` for the first number that differs.
public func checkDeterminism(of optimizer: some Optimizer) throws {
  try validated(optimizer)
  let name = optimizer.pluginName
  try checking(name) {
    if !(optimizer is any ObjectiveOptimizer) { try checkRecordedRule(optimizer) }
    try checkSameBits(SmallRun(of: [optimizer]) { $0.optimizer = optimizer }, of: name)
  }
}

private func checkRecordedRule(_ optimizer: some Optimizer) throws {
  let inputs: [String: Evaluation.Array] = [
    "gradient": .init([5], [1, -0.5, 0.25, 3, -2]), "rate": .init([], [0.01]),
    "number": .init([], [7]),
  ]
  let start = ["w": [0.5, -1, 2, 0.1, -0.3]]
  try Evaluation.checkBackends(inputs: inputs, parameters: start) { recorder, tensors in
    try OptimizerWalk.record(optimizer, [5], recorder, tensors)
    return [:]
  }
  if optimizer.isElementwise { try checkElementwise(optimizer) }
}

private func checkElementwise(_ optimizer: some Optimizer) throws {
  var together = OptimizerWalk(optimizer, from: .init([2], [0.5, -1]))
  var first = OptimizerWalk(optimizer, from: .init([1], [0.5]))
  var second = OptimizerWalk(optimizer, from: .init([1], [-1]))
  for step in 0..<5 {
    let g = Double(step) - 1.5
    try together.step([g, 0.5 * g])
    try first.step([g])
    try second.step([0.5 * g])
  }
  let apart = first.parameter + second.parameter
  guard together.parameter == apart else {
    throw ConformanceFailure(
      optimizer.pluginName,
      "two numbers become \(together.parameter) together and \(apart) apart: a rule that needs a "
        + "parameter as a whole must say so in `isElementwise`")
  }
}

/// Checks that a layer in a small run comes to the same bits when it is run again, with two threads,
/// and with threads that prepare data.
///
/// - Parameter sampleShapes: of the samples that are tried, all of which it must accept; unless given,
///   a row of features and an image, of which it must accept one.
/// - Throws: ``ConformanceFailure`` for the first number that differs.
public func checkDeterminism(of layer: some Layer, sampleShapes: [Shape]? = nil) throws {
  try validated(layer)
  for run in try layerRuns(layer, sampleShapes) { try checkSameBits(run, of: layer.pluginName) }
}

/// Checks that an activation in a small run comes to the same bits when it is run again, with two
/// threads, and with threads that prepare data.
///
/// - Throws: ``ConformanceFailure`` for the first number that differs.
public func checkDeterminism(of activation: some Activation) throws {
  try validated(activation)
  let run = try SmallRun(of: [activation]) {
    $0.model = [Dense(12, activation: activation), Flatten(), Dense(3)]
  }
  try checkSameBits(run, of: activation.pluginName)
}

/// Checks that a small run with the loss comes to the same bits when it is run again, with two threads,
/// and with threads that prepare data.
///
/// - Throws: ``ConformanceFailure`` for the first number that differs.
public func checkDeterminism(of loss: some Loss) throws {
  try validated(loss)
  for target in try acceptedTargets(loss) {
    try checkSameBits(lossRun(loss, target), of: loss.pluginName)
  }
}

/// Checks that a small run with the regularizer comes to the same bits when it is run again, with two
/// threads, and with threads that prepare data.
///
/// - Throws: ``ConformanceFailure`` for the first number that differs.
public func checkDeterminism(of regularizer: some Regularizer) throws {
  try validated(regularizer)
  try checkSameBits(
    SmallRun(of: [regularizer]) { $0.regularizers = [regularizer] }, of: regularizer.pluginName)
}

/// Checks that a small run with the schedule comes to the same bits when it is run again, with two
/// threads, and with threads that prepare data.
///
/// - Throws: ``ConformanceFailure`` for the first number that differs.
public func checkDeterminism(of scheduler: some Scheduler) throws {
  try validated(scheduler)
  try checkSameBits(
    SmallRun(of: [scheduler]) { $0.schedule = scheduler }, of: scheduler.pluginName)
}

/// Checks that a small run with the callback comes to the same bits when it is run again, with two
/// threads, and with threads that prepare data.
///
/// - Throws: ``ConformanceFailure`` for the first number that differs.
public func checkDeterminism(of callback: some Callback) throws {
  try validated(callback)
  try checkSameBits(SmallRun(of: [callback]) { $0.callbacks = [callback] }, of: callback.pluginName)
}
