import EspalierProtocols
import EspalierReferences
import Testing

/// A metric over samples handed in as batches of some size.
func measure(
  _ metric: any Metric, _ target: TargetDescription, predictions: [Double], targets: [Double],
  width: Int, batch: Int = .max
) -> MetricResult {
  var accumulator = metric.makeAccumulator(target)
  feed(&accumulator, predictions: predictions, targets: targets, width: width, batch: batch) {
    // As a run that is resumed between two batches.
    var next = metric.makeAccumulator(target)
    next.state = $0.state
    $0 = next
  }
  return accumulator.result()
}

func feed(
  _ accumulator: inout any MetricAccumulator, predictions: [Double], targets: [Double], width: Int,
  batch: Int = .max, betweenBatches: (inout any MetricAccumulator) -> Void = { _ in }
) {
  let p = predictions.map { Float($0) }
  let t = targets.map { Float($0) }
  let count = p.count / width
  let targetWidth = count == 0 ? 1 : t.count / count
  var start = 0
  while start < count {
    let size = min(batch, count - start)
    p[start * width..<(start + size) * width].withUnsafeBufferPointer { p in
      t[start * targetWidth..<(start + size) * targetWidth].withUnsafeBufferPointer { t in
        accumulator.update(MetricBatch(count: size, width: width, predictions: p, targets: t))
      }
    }
    start += size
    betweenBatches(&accumulator)
  }
}

func classes(_ count: Int) -> TargetDescription { .classes((0..<count).map { "class \($0)" }) }

/// Probabilities that make these classes the predicted ones.
func oneHot(_ labels: [Double], _ classes: Int) -> [Double] {
  labels.flatMap { label in (0..<classes).map { Double($0) == label ? 1 : 0 } }
}

/// Compares an output of the classification cases, whole and in batches of three.
func checkClasses(_ output: String, _ metric: any Metric) throws {
  for reference in try Oracle.cases("metrics/classification") {
    let count = Int(reference.number("classes")!)
    let expected = try #require(reference.outputs[output])
    for batch in [Int.max, 3] {
      let result = measure(
        metric, classes(count),
        predictions: oneHot(reference.inputs["predictions"]!.values, count),
        targets: reference.inputs["labels"]!.values, width: count, batch: batch)
      let values: [Double] =
        switch result {
        case .number(let number): [number]
        case .matrix(_, let counts): counts.flatMap { $0 }
        }
      let problem = reference.difference(output, .init(expected.shape, values), expected)
      #expect(problem == nil, "\(reference.id): \(problem ?? "")")
    }
  }
}

/// Compares an output of the regression cases.
func checkRegression(_ output: String, _ metric: any Metric) throws {
  for reference in try Oracle.cases("metrics/regression") {
    guard let expected = reference.outputs[output] else { continue }
    let prediction = reference.inputs["prediction"]!
    let width = prediction.shape.rank == 1 ? 1 : prediction.shape[1]
    for batch in [Int.max, 3] {
      let result = measure(
        metric, .values((0..<width).map { "\($0)" }), predictions: prediction.values,
        targets: reference.inputs["target"]!.values, width: width, batch: batch)
      let problem = reference.difference(
        output, .init(expected.shape, [result.number!]), expected)
      #expect(problem == nil, "\(reference.id): \(problem ?? "")")
    }
  }
}

/// A metric over no samples is not defined, and is again after a reset.
func checkEmpty(_ metric: any Metric, _ target: TargetDescription, width: Int) {
  var accumulator = metric.makeAccumulator(target)
  #expect(accumulator.result().number!.isNaN)
  feed(&accumulator, predictions: [0.25, 0.75], targets: [0, 1], width: 1)
  #expect(!accumulator.result().number!.isNaN)
  accumulator.reset()
  #expect(accumulator.result().number!.isNaN)
}
