import EspalierCallbacks
import EspalierProtocols
import Foundation
import Testing

@Suite struct LearningRateFinderTests {
  /// A loss that falls to 0.1 around a rate of 0.1 and rises steeply beyond.
  private static func valley(_ rate: Double) -> Double {
    let place = log10(rate)
    return place < -1 ? 0.1 + (place + 1) * (place + 1) / 9 : 0.1 + 4 * (place + 1) * (place + 1)
  }

  private func find(
    _ finder: LearningRateFinder, _ loss: @escaping (Double) -> Double = valley
  ) throws -> (run: FakeRun, rows: [[Double]]) {
    let run = FakeRun()
    run.rehearsedLoss = loss
    var rows: [[Double]] = []
    try withFolder { folder in
      run.folder = folder
      var finder = finder
      _ = try finder.handle(.runStart, run)
      let lines = try contents(folder + "/learning_rate_finder.csv").split(separator: "\n")
      #expect(lines.first == "rate,loss,smoothed")
      rows = lines.dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
    }
    return (run, rows)
  }

  @Test func ratesRiseByOneFactor() throws {
    let (_, rows) = try find(
      LearningRateFinder(from: 1e-4, to: 1, steps: 9, smoothing: 0, divergence: 1e9))
    #expect(rows.count == 9)
    for (place, row) in rows.enumerated() {
      #expect(abs(row[0] / pow(10, Double(place) / 2 - 4) - 1) < 1e-12)
      #expect(row[1] == Self.valley(row[0]) && row[2] == row[1])
    }
  }

  /// The smoothed loss is the weighted mean of those so far.
  @Test func lossesAreSmoothed() throws {
    let (_, rows) = try find(
      LearningRateFinder(from: 1e-4, to: 1e-2, steps: 5, smoothing: 0.8, divergence: 1e9))
    for last in rows.indices {
      let weights = (0...last).map { pow(0.8, Double(last - $0)) }
      let mean = zip(weights, rows).reduce(0) { $0 + $1.0 * $1.1[1] } / weights.reduce(0, +)
      #expect(abs(rows[last][2] - mean) < 1e-12)
    }
  }

  @Test func endsWhereItDiverges() throws {
    let (_, rows) = try find(LearningRateFinder(from: 1e-4, to: 10, steps: 101, smoothing: 0))
    // 0.1 + 4·x² > 4·0.1 first at x = 0.3, a twentieth of a decade a step.
    let last = try #require(rows.last)[0]
    #expect(abs(log10(last) - -0.7) < 1e-9)
    let (_, broken) = try find(
      LearningRateFinder(from: 1e-4, to: 10, steps: 101, smoothing: 0),
      { $0 > 1e-2 ? .nan : 1 - $0 })
    #expect(try #require(broken.last)[0] < 0.0113)
  }

  @Test func suggestions() throws {
    let finder = LearningRateFinder(from: 1e-4, to: 10, steps: 101, smoothing: 0)
    var applied = finder
    applied.apply = true
    applied.rule = .steepest
    let (run, _) = try find(applied)
    // The parabola falls fastest where it begins; the first place has no neighbour on its left.
    #expect(abs(log10(run.baseLearningRate) - -3.95) < 1e-9)
    #expect(Set(run.deeds) == ["log suggested_rate/steepest", "log suggested_rate/minimum"])
    applied.rule = .minimum
    #expect(abs(log10(try find(applied).run.baseLearningRate) - -2) < 1e-9)
    #expect(try find(finder).run.baseLearningRate == 0.1)
  }

  /// The first losses are of few batches: what falls there tells nothing.
  @Test func theFirstStepsAreLeftOut() throws {
    let rates = (0..<101).map { 1e-4 * pow(1e5, Double($0) / 100) }
    // A fall at once, another in the middle, and a rise at the end.
    let finder = LearningRateFinder(
      from: 1e-4, to: 10, steps: 101, smoothing: 0.9, divergence: 1e9, rule: .steepest, apply: true)
    let (run, _) = try find(finder) { rate in
      rate < rates[3] ? 5 : rate < rates[50] ? 3 : rate < rates[70] ? 2 : 4
    }
    #expect(run.baseLearningRate > rates[45] && run.baseLearningRate < rates[60])
  }

  /// A step down around 0.01 before the least at 0.1.
  @Test func theSteepestPlaceIsFound() throws {
    let finder = LearningRateFinder(
      from: 1e-4, to: 10, steps: 101, smoothing: 0, rule: .steepest, apply: true)
    let (run, _) = try find(finder) { rate in
      let place = log10(rate)
      let rise = place < -1 ? 0 : 8 * (place + 1) * (place + 1)
      return 1 - 0.5 / (1 + exp(-4 * (place + 2))) + rise
    }
    #expect(abs(log10(run.baseLearningRate) - -2) < 1e-9)
  }

  @Test func nothingToFind() throws {
    var finder = LearningRateFinder(steps: 20, apply: true)
    let run = FakeRun()
    run.rehearsedLoss = { 1 + $0 }
    let error = #expect(throws: PluginError.self) { try finder.handle(.runStart, run) }
    #expect(error?.message == "no rate from 1e-06 to 10 lowers the loss")
    #expect(throws: PluginError.self) { try LearningRateFinder(from: 1, to: 0.1).validate() }
  }

  @Test func resumedRunsLookForNothing() throws {
    var finder = LearningRateFinder(steps: 20, apply: true)
    let run = FakeRun()
    run.step = 3
    _ = try finder.handle(.runStart, run)
    #expect(run.deeds.isEmpty && run.baseLearningRate == 0.1)
  }
}
