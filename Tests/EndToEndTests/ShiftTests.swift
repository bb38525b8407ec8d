import Espalier
import EspalierProtocols
import Foundation
import Testing

extension EndToEnd {
  /// Whether training samples differ from others.
  @Suite struct ShiftTests {
    /// Normal numbers; the later ones of a feature may lie elsewhere.
    private func samples(
      _ count: Int, width: Int, seed: UInt64, stream: String,
      shift: (feature: Int, by: Float)? = nil
    ) -> [[Float]] {
      var random = CounterRandom(seed: seed, stream: stream)
      return (0..<count).map { _ in
        (0..<width).map { feature in
          let value = random.normal()
          return Float(value) + (feature == shift?.feature ? shift!.by : 0)
        }
      }
    }

    private func report(
      _ training: [[Float]], _ test: [[Float]], labels: ([String], [String])? = nil,
      values: ([Float], [Float])? = nil, level: Double = 0.01, balancer: (any Balancer)? = nil
    ) throws -> ShiftReport {
      func source(_ features: [[Float]], _ labels: [String]?, _ values: [Float]?) -> InMemory {
        if let values { return InMemory(features: features, values: values) }
        return InMemory(
          features: features, labels: labels ?? features.indices.map { $0 % 2 == 0 ? "a" : "b" })
      }
      let run = try Run("shift") {
        source(training, labels?.0, values?.0)
        TestSource(source(test, labels?.1, values?.1))
        SplitSettings(validation: 0)
        balancer
        Model { Dense(2) }
        CrossEntropy()
        Adam()
      }
      var options = ShiftReport.Options()
      options.level = level
      return try ShiftReport(run.configuration, catalog: builtIn.get(), options: options)
    }

    struct Sides: Sendable { let first: Int, second: Int, width: Int }

    /// Alarms without a shift are as rare as they are meant to be.
    @Test(arguments: [
      (Sides(first: 120, second: 80, width: 4), 200),
      (Sides(first: 40, second: 40, width: 15), 200),
      (Sides(first: 60, second: 30, width: 130), 50),
    ])
    func noFalseAlarms(_ sides: Sides, _ draws: Int) throws {
      var (byFeatures, together, byTargets) = (0, 0, 0)
      var area = 0.0
      for draw in 0..<draws {
        let seed = UInt64(draw)
        let report = try report(
          samples(sides.first, width: sides.width, seed: seed, stream: "a"),
          samples(sides.second, width: sides.width, seed: seed, stream: "b"), level: 0.1)
        byFeatures += report.shifted.isEmpty ? 0 : 1
        together += report.domain.probability < 0.1 ? 1 : 0
        byTargets += report.targetsDiffer == true ? 1 : 0
        area += report.domain.area / Double(draws)
      }
      // A tenth is meant; more than three deviations above it come about once in a thousand times.
      let most = 0.1 * Double(draws) + 3.1 * (0.09 * Double(draws)).squareRoot()
      #expect(Double(byFeatures) <= most, "\(byFeatures)")
      #expect(Double(together) <= most, "\(together)")
      #expect(byTargets == 0)
      #expect(abs(area - 0.5) < 0.05, "\(area)")
    }

    @Test func aShiftOfOneFeature() throws {
      for seed in 0..<10 as Range<UInt64> {
        let report = try report(
          samples(250, width: 6, seed: seed, stream: "a"),
          samples(200, width: 6, seed: seed, stream: "b", shift: (3, 0.9)))
        #expect(report.inputsDiffer)
        #expect(report.shifted.map(\.name) == ["3"])
        #expect(
          report.tests[0].name == "3" && report.tests[0].other > report.tests[0].training + 0.5)
        #expect(report.domain.area > 0.65 && report.domain.probability < 1e-4)
        let first = try #require(report.domain.weights.first)
        #expect(first.name == "3" && first.weight > 0.4, "\(first)")
        #expect(report.targetsDiffer == false)
      }
    }

    /// Each feature hardly moves, all together do.
    @Test func aShiftOfManyFeatures() throws {
      let width = 30
      func moved(_ rows: [[Float]]) -> [[Float]] { rows.map { $0.map { $0 + 0.25 } } }
      let report = try report(
        samples(300, width: width, seed: 1, stream: "a"),
        moved(samples(300, width: width, seed: 1, stream: "b")))
      #expect(report.domain.area > 0.75 && report.domain.probability < 1e-6)
      #expect(report.inputsDiffer)
    }

    /// Components stand for features, and their weights are told as those of features.
    @Test func manyFeatures() throws {
      let report = try report(
        samples(150, width: 240, seed: 2, stream: "a"),
        samples(150, width: 240, seed: 2, stream: "b", shift: (17, 6)))
      #expect(report.components == 50 && report.tests.count == 50 && report.features == 240)
      #expect(report.tests[0].name.hasPrefix("component "))
      #expect(report.inputsDiffer)
      #expect(report.domain.weights.first?.name == "17", "\(report.domain.weights)")
    }

    @Test func targets() throws {
      let a = samples(100, width: 2, seed: 3, stream: "a")
      let b = samples(80, width: 2, seed: 3, stream: "b")
      func labels(_ count: Int, every: Int) -> [String] {
        (0..<count).map { $0 % every == 0 ? "ill" : "well" }
      }
      let classes = try report(a, b, labels: (labels(100, every: 2), labels(80, every: 8)))
      let target = try #require(classes.target)
      #expect(classes.targetsDiffer == true && target.kind == .frequencies)
      // 50 of 100 and 10 of 80.
      #expect(
        abs(
          target.statistic - 180 * (50.0 * 70 - 50 * 10) * (50.0 * 70 - 50 * 10)
            / (100.0 * 80 * 60 * 120)) < 1e-9)
      #expect(target.training == 0.5 && target.other == 0.125 && target.category == "ill")
      let values = try report(a, b, values: (a.map { $0[0] }, b.map { $0[0] + 2 }))
      #expect(values.targetsDiffer == true && values.target?.kind == .values)
    }

    @Test func missingValues() throws {
      var a = samples(100, width: 2, seed: 7, stream: "a")
      var b = samples(100, width: 2, seed: 7, stream: "b")
      for row in 0..<5 { a[row][1] = .nan }
      for row in 0..<40 { b[row][1] = .nan }
      let report = try report(a, b)
      #expect(report.shifted.map(\.kind) == [.missing], "\(report.shifted)")
      #expect(report.shifted[0].name == "1")
      #expect(report.shifted[0].training == 0.05 && report.shifted[0].other == 0.4)
      #expect(report.domain.weights.first?.name == "1 missing")
    }

    @Test func sidesAndSamples() throws {
      let all = samples(300, width: 2, seed: 5, stream: "a")
      let run = try Run("shift") {
        InMemory(features: all, labels: all.indices.map { $0 % 2 == 0 ? "a" : "b" })
        SplitSettings(validation: 0.2, test: 0.3)
        Model { Dense(2) }
        CrossEntropy()
        Adam()
      }
      var options = ShiftReport.Options()
      options.samples = 50
      func report() throws -> ShiftReport {
        try ShiftReport(run.configuration, catalog: builtIn.get(), options: options)
      }
      let found = try report()
      #expect(found.trainingSamples == 50 && found.allTrainingSamples == 150)
      #expect(found.otherSamples == 50 && found.allOtherSamples == 90)
      let same = try report()
      #expect(same.tests.map(\.statistic) == found.tests.map(\.statistic))
      #expect(same.domain.area == found.domain.area)
      options.seed = 9
      #expect(try report().domain.area != found.domain.area)
      run.configuration.data.split.test = 0
      var message = ""
      do { _ = try report() } catch { message = "\(error)" }
      #expect(message.contains("the config has no test split to compare with"), "\(message)")
    }

    @Test func whatCorrectsForIt() throws {
      let report = try report(
        samples(30, width: 2, seed: 6, stream: "a"), samples(30, width: 2, seed: 6, stream: "b"),
        balancer: CovariateShift())
      #expect(report.correctedBy == ["covariate_shift"])
    }
  }
}
