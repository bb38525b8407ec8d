import Espalier
import EspalierProtocols

/// Checks that a small network with the activation learns: the loss falls by a third at least.
///
/// - Throws: ``ConformanceFailure`` with the loss at the beginning and at the end.
public func checkConvergence(of activation: some Activation) throws {
  try validated(activation)
  let name = activation.pluginName
  try checking(name) {
    let run = try SmallRun(of: [activation], epochs: 20) {
      $0.model = [Dense(12, activation: activation), Flatten(), Dense(3)]
    }
    try checkLearning(run, of: name, by: 1 / 3)
  }
}

/// Checks that a small network with the layer learns: the loss falls by a third at least.
///
/// - Parameter sampleShapes: of the samples that are tried, all of which it must accept; unless given,
///   a row of features and an image, of which it must accept one.
/// - Throws: ``ConformanceFailure`` with the loss at the beginning and at the end.
public func checkConvergence(of layer: some Layer, sampleShapes: [Shape]? = nil) throws {
  try validated(layer)
  for run in try layerRuns(layer, sampleShapes, epochs: 20) {
    try checking(layer.pluginName) { try checkLearning(run, of: layer.pluginName, by: 1 / 3) }
  }
}

/// Small runs of models around a layer, one a shape.
func layerRuns(
  _ layer: any Layer, _ sampleShapes: [Shape]?, epochs: Int = 3
) throws -> [SmallRun] {
  let usual: [Shape] = [[6], [2, 6, 6]]
  let shapes =
    try sampleShapes
    ?? accepted(usual, by: layer.pluginName) {
      // A row of features comes through a dense layer.
      _ = try shape(of: layer, on: $0.rank == 1 ? [7, 8] : Shape([7] + $0.dimensions))
    }
  return try shapes.map { shape in
    try SmallRun(of: [layer], sampleShape: shape, epochs: epochs) {
      $0.model = SmallRun.model(around: layer, outputs: 3, sampleShape: shape)
      // Its steps do not depend on the size of what the layer gives.
      $0.optimizer = Adam(learningRate: 0.02)
    }
  }
}

/// Checks that a small network learns by the loss: it falls by a fifth at least.
///
/// - Parameter targets: what is learned, all of which it must accept; unless given, four classes, two
///   classes, one value and two values, as its `task` says.
/// - Throws: ``ConformanceFailure`` with the loss at the beginning and at the end.
public func checkConvergence(of loss: some Loss, targets: [TargetDescription]? = nil) throws {
  try validated(loss)
  for target in try targets ?? acceptedTargets(loss) {
    try checking(loss.pluginName, "for \(target.inWords)") {
      try checkLearning(lossRun(loss, target, epochs: 20), of: loss.pluginName, by: 0.2)
    }
  }
}

/// A small run with a loss.
func lossRun(_ loss: any Loss, _ target: TargetDescription, epochs: Int = 3) throws -> SmallRun {
  try SmallRun(of: [loss], target: target, epochs: epochs) {
    $0.loss = loss
    // Its steps do not depend on the size of a loss.
    $0.optimizer = Adam(learningRate: 0.02)
    $0.metrics = []
    $0.model = SmallRun.model(outputs: loss.outputs(for: target) ?? target.count, sampleShape: [6])
  }
}

/// Checks that weights begin as they should: finite, not all alike, and of a size that neither drowns
/// nor blows up a signal on its way through layers. A small network then learns from them.
///
/// - Parameter variance: what fan × the variance of the weights, by which a layer multiplies a
///   signal's variance, may be.
/// - Throws: ``ConformanceFailure`` with what was found.
public func checkConvergence(
  of initializer: some Initializer, variance: ClosedRange<Double> = 0.3...3
) throws {
  try validated(initializer)
  let name = initializer.pluginName
  for (units, inputs) in [(64, 64), (48, 96), (96, 48)] {
    let shape: Shape = [units, inputs]
    try checking(name, "for a weight \(shape)") {
      let values = try initialValues(initializer, shape, seed: 1)
      if let place = values.firstIndex(where: { !$0.isFinite }) {
        throw ConformanceFailure(name, "value \(place) is \(values[place])")
      }
      let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
      let spread = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      guard spread > 0 else {
        throw ConformanceFailure(name, "all values are \(values[0]): units stay alike for ever")
      }
      // Rules divide by the fan in, the fan out or their mean.
      let fan = Double(inputs + units) / 2
      let found = fan * (spread / Double(values.count) + mean * mean)
      guard variance.contains(found) else {
        throw ConformanceFailure(
          name, "a signal's variance is multiplied by \(found) a layer, \(variance) is expected")
      }
    }
  }
  try checking(name) {
    let run = try SmallRun(of: [initializer], epochs: 20) {
      $0.model = [
        Dense(12, activation: Tanh(), initializer: initializer),
        Dense(3, initializer: initializer),
      ]
    }
    try checkLearning(run, of: name, by: 1 / 3)
  }
}

/// What an initializer gives for a weight [units, inputs] or filters [units, inputs, rows, columns].
func initialValues(
  _ initializer: any Initializer, _ shape: Shape, seed: UInt64
) throws -> [Float] {
  let field = shape.dimensions.dropFirst(2).reduce(1, *)
  let inputs = shape.rank > 1 ? shape[1] * field : shape.count
  let description = ParameterDescription(
    name: "layer_1.weight", shape: shape, fanIn: inputs, fanOut: shape[0] * field)
  var random = CounterRandom(seed: seed, stream: "conformance")
  let values = try initializer.values(for: description, random: &random)
  guard values.count == shape.count else {
    throw ConformanceFailure(
      initializer.pluginName, "gives \(values.count) values for a parameter \(shape)")
  }
  return values
}
