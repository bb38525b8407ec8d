import Espalier
import EspalierProtocols

/// Checks that a metric counts the same however its samples come.
///
/// In batches of any size; with its state taken out and put into a fresh count in mid-epoch; after a
/// reset. Right predictions must not measure worse than wrong ones, as `higherIsBetter` says. A small
/// run that is interrupted in mid-epoch and resumed ends in the same bits. Its description reads again
/// as a config.
///
/// - Parameter targets: what is predicted; unless given, four classes, two classes, one value and two
///   values, as its `task` says.
/// - Throws: ``ConformanceFailure`` for the first thing that is not so.
public func checkRoundTrip(of metric: some Metric, targets: [TargetDescription]? = nil) throws {
  try validated(metric)
  try checkConfigRoundTrip(metric)
  let name = metric.pluginName
  for target in targets ?? TargetDescription.usual(for: type(of: metric).task) {
    try checking(name, "for \(target.inWords)") {
      try MetricTrial(metric, target).check()
      try checkInterruption(
        SmallRun(of: [metric], target: target) {
          $0.metrics = [metric]
          if target.task == .classification, target.count == 2 {
            $0.loss = BinaryCrossEntropy()
            $0.model = SmallRun.model(outputs: 1, sampleShape: [6])
          }
        }, of: name)
    }
  }
}

private struct MetricTrial {
  let metric: any Metric
  let target: TargetDescription
  private let count = 23
  private let width: Int
  private let predictions: [Float]
  private let targets: [Float]

  init(_ metric: any Metric, _ target: TargetDescription) {
    self.metric = metric
    self.target = target
    switch target {
    case .classes(let names):
      targets = Evaluation.Array.classNumbers([23], below: names.count).floats
      width = names.count == 2 ? 1 : names.count
      predictions = Self.shares(width)
    case .values, .none:
      targets = Evaluation.Array.uneven([23, target.count], in: 0.5...4).floats
      width = target.count
      predictions = Evaluation.Array.uneven([23, target.count], in: 0.5...4, number: 3).floats
    }
  }

  /// Probabilities; of several classes they add up to one.
  private static func shares(_ width: Int) -> [Float] {
    let raw = Evaluation.Array.uneven([23, width], in: 0.05...0.95, number: 1).floats
    guard width > 1 else { return raw }
    return (0..<23).flatMap { row -> [Float] in
      let part = raw[row * width..<(row + 1) * width]
      let sum = part.reduce(0, +)
      return part.map { $0 / sum }
    }
  }

  private func feed(
    _ counter: inout any MetricAccumulator, _ rows: Range<Int>, _ predictions: [Float]? = nil
  ) {
    let predictions = predictions ?? self.predictions
    let targetWidth = target.width
    predictions.withUnsafeBufferPointer { predictions in
      targets.withUnsafeBufferPointer { targets in
        counter.update(
          MetricBatch(
            count: rows.count, width: width,
            predictions: .init(
              rebasing: predictions[rows.lowerBound * width..<rows.upperBound * width]),
            targets: .init(
              rebasing: targets[rows.lowerBound * targetWidth..<rows.upperBound * targetWidth])))
      }
    }
  }

  /// The result as numbers.
  private func numbers(_ counter: any MetricAccumulator) -> [Double] {
    switch counter.result() {
    case .number(let value): [value]
    case .matrix(_, let counts): counts.flatMap { $0 }
    }
  }

  private func fail(_ found: [Double], _ expected: [Double], _ part: String) -> ConformanceFailure {
    ConformanceFailure(metric.pluginName, "is \(found) \(part), not \(expected)")
  }

  func check() throws {
    var whole = metric.makeAccumulator(target)
    let empty = numbers(whole)
    feed(&whole, 0..<count)
    let expected = numbers(whole)
    for sizes in [[1], [5, 11, 2], [22]] {
      var counter = metric.makeAccumulator(target)
      var row = 0
      for size in sizes + [Int](repeating: sizes[0], count: count) where row < count {
        feed(&counter, row..<min(row + size, count))
        row = min(row + size, count)
      }
      let found = numbers(counter)
      let same = zip(found, expected).allSatisfy { pair in
        pair.0.bitPattern == pair.1.bitPattern
          || (pair.0 - pair.1).magnitude <= 1e-6 * max(1, pair.1.magnitude)
      }
      guard found.count == expected.count, same else {
        throw fail(
          found, expected, "in batches of \(sizes.map(String.init).joined(separator: ", "))")
      }
    }
    try checkState()
    whole.reset()
    guard numbers(whole).map(\.bitPattern) == empty.map(\.bitPattern) else {
      throw fail(numbers(whole), empty, "after a reset")
    }
    feed(&whole, 0..<count)
    guard numbers(whole).map(\.bitPattern) == expected.map(\.bitPattern) else {
      throw fail(numbers(whole), expected, "after a reset and the same samples")
    }
    try checkDirection()
  }

  private func checkState() throws {
    for cut in [0, 9, count] {
      var first = metric.makeAccumulator(target)
      feed(&first, 0..<cut)
      let state = first.state
      guard state.allSatisfy(\.isFinite) else {
        throw ConformanceFailure(
          metric.pluginName, "has a state that no checkpoint can hold: \(state)")
      }
      feed(&first, cut..<count)
      var second = metric.makeAccumulator(target)
      second.state = state
      feed(&second, cut..<count)
      guard numbers(second).map(\.bitPattern) == numbers(first).map(\.bitPattern) else {
        throw fail(
          numbers(second), numbers(first),
          "with the state put into a fresh count after \(cut) samples")
      }
    }
  }

  /// Right predictions are not worse than wrong ones.
  private func checkDirection() throws {
    var right: [Float] = []
    var wrong: [Float] = []
    for row in 0..<count {
      switch target {
      case .classes(let names):
        let number = Int(targets[row])
        if width == 1 {
          right.append(number == 1 ? 0.9 : 0.1)
          wrong.append(number == 1 ? 0.1 : 0.9)
        } else {
          let rest = 0.1 / Float(width - 1)
          right += names.indices.map { $0 == number ? 0.9 : rest }
          wrong += names.indices.map { $0 == (number + 1) % width ? 0.9 : rest }
        }
      case .values, .none:
        let values = targets[row * width..<(row + 1) * width]
        right += values
        wrong += values.map { 5 - 2 * $0 }
      }
    }
    let results = [right, wrong].map { predictions -> Double in
      var counter = metric.makeAccumulator(target)
      feed(&counter, 0..<count, predictions)
      return counter.result().number ?? .nan
    }
    let higher = metric.prefersHigher
    guard results[0].isFinite, results[1].isFinite else { return }
    guard higher ? results[0] >= results[1] : results[0] <= results[1] else {
      throw ConformanceFailure(
        metric.pluginName,
        "is \(results[0]) for right predictions and \(results[1]) for wrong ones, but says that "
          + (higher ? "more" : "less") + " is better")
    }
  }
}
