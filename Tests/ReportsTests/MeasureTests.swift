import EspalierMetrics
import EspalierProtocols
import Testing

@testable import EspalierReports

/// The numbers of the charts are those of the metrics.
@Suite struct MeasureTests {
  /// Numbers between 0 and 1, with many ties.
  private struct Numbers {
    var state: UInt64
    mutating func next() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float((state >> 33) % 50) / 50
    }
  }

  private func number(
    _ metric: any Metric, _ names: [String], _ width: Int, _ values: [Float], _ targets: [Float]
  ) throws -> Double {
    try #require(result(metric, .classes(names), width, values, targets).number)
  }

  private func result(
    _ metric: any Metric, _ target: TargetDescription, _ width: Int, _ values: [Float],
    _ targets: [Float]
  ) -> MetricResult {
    var accumulator = metric.makeAccumulator(target)
    values.withUnsafeBufferPointer { values in
      targets.withUnsafeBufferPointer { targets in
        accumulator.update(
          MetricBatch(
            count: values.count / width, width: width, predictions: values, targets: targets))
      }
    }
    return accumulator.result()
  }

  private func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-9 }

  @Test(arguments: [(3, 3), (7, 7), (2, 2), (2, 1)])
  func classes(count: Int, width: Int) throws {
    let names = (0..<count).map { "class \($0)" }
    var numbers = Numbers(state: UInt64(count * 10 + width))
    let samples = 400
    var values: [Float] = []
    var targets: [Float] = []
    for _ in 0..<samples {
      let row = (0..<width).map { _ in numbers.next() + 0.01 }
      let sum = row.reduce(0, +)
      values += width == 1 ? [row[0] / 1.01] : row.map { $0 / sum }
      targets.append(Float(min(Int(numbers.next() * Float(count)), count - 1)))
    }
    let outcomes = try #require(
      ClassOutcomes(names: names, width: width, values: values, targets: targets))
    #expect(outcomes.count == samples)
    #expect(try isNear(outcomes.accuracy, number(Accuracy(), names, width, values, targets)))

    guard
      case .matrix(_, let counts) = result(
        ConfusionMatrix(), .classes(names), width, values, targets)
    else { return #expect(Bool(false)) }
    #expect(
      names.indices.map { truth in
        names.indices.map { Double(outcomes.count(truth, saidToBe: $0)) }
      } == counts)

    let labels = count == 2 ? [1] : Array(0..<count)
    let curves = try labels.map { label in
      try #require(
        RankCurves(
          scores: outcomes.truth.indices.map { outcomes.probability(of: label, $0) },
          isHit: outcomes.truth.map { $0 == label }))
    }
    let area = curves.reduce(0) { $0 + $1.rocArea } / Double(labels.count)
    #expect(try isNear(area, number(ROCAUC(), names, width, values, targets)))
    let precision = curves.reduce(0) { $0 + $1.averagePrecision } / Double(labels.count)
    #expect(try isNear(precision, number(PRAUC(), names, width, values, targets)))
    for curve in curves {
      let trapezoids = zip(curve.roc, curve.roc.dropFirst()).reduce(0) {
        $0 + ($1.1.x - $1.0.x) * ($1.1.y + $1.0.y) / 2
      }
      #expect(isNear(trapezoids, curve.rocArea))
      #expect(curve.roc.last! == (1, 1) && curve.precisionRecall.last!.x == 1)
      #expect(isNear(curve.precisionRecall.last!.y, curve.share))
    }
    #expect(
      abs(
        Calibration(outcomes).expectedError
          - (try number(CalibrationError(), names, width, values, targets))) < 1e-6)

    // Macro means, which the metrics of several classes give.
    if count > 2 {
      let scores = names.indices.map { outcomes.scores(of: $0) }
      func mean(_ value: (ClassOutcomes.Scores) -> Double) -> Double {
        scores.reduce(0) { $0 + value($1) } / Double(count)
      }
      #expect(try isNear(mean { $0.f1 }, number(F1(), names, width, values, targets)))
      #expect(try isNear(mean { $0.precision }, number(Precision(), names, width, values, targets)))
      #expect(try isNear(mean { $0.recall }, number(Recall(), names, width, values, targets)))
    }
    #expect(outcomes.mistakes.count == samples - Int(outcomes.accuracy * 400 + 0.5))
    let sure = outcomes.mistakes.map { outcomes.confidence[$0] }
    #expect(sure == sure.sorted(by: >))
  }

  @Test func samplesWithoutAClassDoNotCount() throws {
    let outcomes = try #require(
      ClassOutcomes(
        names: ["a", "b"], width: 2, values: [0.9, 0.1, 0.2, 0.8, 0.3, 0.7],
        targets: [0, .nan, 7]))
    #expect(outcomes.samples == [0])
    #expect(outcomes.count(0, saidToBe: 0) == 1 && outcomes.count == 1)
    #expect(outcomes.scores(of: 1).f1 == 0)
    // Numbers that are no probabilities of these classes.
    #expect(ClassOutcomes(names: ["a", "b", "c"], width: 1, values: [0.5], targets: [0]) == nil)
    #expect(ClassOutcomes(names: ["a", "b"], width: 2, values: [1, 0], targets: [9]) == nil)
  }

  @Test func binsHaveTheirUpperEnds() throws {
    let outcomes = try #require(
      ClassOutcomes(
        names: ["a", "b"], width: 1, values: [0.5, 0.6, 0.61, 1, 0],
        targets: [1, 1, 1, 1, 0]))
    // A half is the second class.
    #expect(outcomes.predicted == [1, 1, 1, 1, 0])
    let bins = Calibration(outcomes, bins: 5).bins
    #expect(bins.map(\.count) == [0, 0, 2, 1, 2])
    #expect(abs(bins[2].confidence - 0.55) < 1e-6 && bins[2].accuracy == 1)
  }

  /// No room for all pairs of classes is taken.
  @Test func thousandsOfClasses() throws {
    let names = (0..<30_000).map { "\($0)" }
    var values = [Float](repeating: 0, count: 60_000)
    (values[7], values[30_009]) = (1, 1)
    let outcomes = try #require(
      ClassOutcomes(names: names, width: 30_000, values: values, targets: [7, 8]))
    #expect(outcomes.count(8, saidToBe: 9) == 1 && outcomes.accuracy == 0.5)
    #expect(outcomes.scores(of: 7).f1 == 1 && outcomes.scores(of: 8).recall == 0)
  }

  @Test func oneClassAloneHasNoCurve() {
    #expect(RankCurves(scores: [0.1, 0.2], isHit: [true, true]) == nil)
    #expect(RankCurves(scores: [0.1, .nan], isHit: [true, false]) == nil)
  }

  @Test func values() throws {
    let truth: [Float] = [1, 2, 3, 4, 7]
    let predicted: [Float] = [1.5, 1.5, 2, 5, 10]
    let outcomes = ValueOutcomes(
      name: "y", truth: truth.map { Double($0) }, predicted: predicted.map { Double($0) })
    func metric(_ metric: any Metric) throws -> Double {
      try #require(result(metric, .values(["y"]), 1, predicted, truth).number)
    }
    #expect(try isNear(outcomes.r2, metric(R2())))
    #expect(try isNear(outcomes.meanAbsoluteError, metric(MAE())))
    #expect(try isNear(outcomes.meanSquaredError.squareRoot(), metric(RMSE())))
    #expect(isNear(outcomes.bias, 0.6))
    #expect(outcomes.worst == [4, 2, 3, 0, 1])
  }
}
