import EspalierProtocols
import EspalierStatistics

/// The tests of single features and targets.
enum ShiftTests {
  /// A test of each feature, and of its missing values if there are any, corrected for their number.
  static func features(
    _ training: ShiftSamples, _ other: ShiftSamples
  ) -> [ShiftReport.Test] {
    let description = training.description
    let tests = (0..<training.width).flatMap { feature -> [ShiftReport.Test] in
      let name = description.name(ofFeature: feature)
      let (a, b) = (training.values(of: feature), other.values(of: feature))
      var tests: [ShiftReport.Test] = []
      if let levels = description.categories[feature] {
        tests.append(frequencies(name, a, b, levels))
      } else if let test = values(name, a, b) {
        tests.append(test)
      }
      if let test = missing(name, a, b) { tests.append(test) }
      return tests
    }
    return corrected(tests)
  }

  /// The same of columns that are no features: count × names.
  static func columns(
    _ names: [String], _ values: [Float], training count: Int
  ) -> [ShiftReport.Test] {
    corrected(
      names.indices.compactMap { place in
        let column = stride(from: place, to: values.count, by: names.count).map { values[$0] }
        return Self.values(names[place], Array(column[..<count]), Array(column[count...]))
      })
  }

  /// The targets; `nil` where there are none to compare.
  static func target(_ training: ShiftSamples, _ other: ShiftSamples) -> ShiftReport.Test? {
    guard other.description.target == training.description.target else { return nil }
    switch training.description.target {
    case .none: return nil
    case .classes(let names):
      return frequencies("target", training.targets(0), other.targets(0), names)
    case .values(let names):
      let tests = corrected(
        names.indices.compactMap {
          values(names[$0], training.targets($0), other.targets($0))
        })
      // One stands for all, with the chance that any of them errs.
      return tests.first.map {
        .init(
          name: $0.name, kind: $0.kind, statistic: $0.statistic, probability: $0.corrected,
          corrected: $0.corrected, training: $0.training, other: $0.other, category: nil)
      }
    }
  }

  private static func values(_ name: String, _ a: [Float], _ b: [Float]) -> ShiftReport.Test? {
    let (a, b) = (a.filter { !$0.isNaN }, b.filter { !$0.isNaN })
    guard !a.isEmpty, !b.isEmpty else { return nil }
    func mean(_ values: [Float]) -> Double {
      values.reduce(0) { $0 + Double($1) } / Double(values.count)
    }
    let test = KolmogorovSmirnov(a, b)
    return .init(
      name: name, kind: .values, statistic: test.statistic, probability: test.probability,
      corrected: test.probability, training: mean(a), other: mean(b), category: nil)
  }

  private static func frequencies(
    _ name: String, _ a: [Float], _ b: [Float], _ levels: [String]
  ) -> ShiftReport.Test {
    func shares(_ counts: [Int]) -> [Double] {
      let total = Double(max(counts.reduce(0, +), 1))
      return counts.map { Double($0) / total }
    }
    let both = [counts(a, of: levels.count), counts(b, of: levels.count)]
    let test = ChiSquare(both)
    let (before, after) = (shares(both[0]), shares(both[1]))
    let most = levels.indices.max { abs(after[$0] - before[$0]) < abs(after[$1] - before[$1]) }
    return .init(
      name: name, kind: .frequencies, statistic: test.statistic, probability: test.probability,
      corrected: test.probability, training: most.map { before[$0] } ?? 0,
      other: most.map { after[$0] } ?? 0, category: most.map { levels[$0] })
  }

  /// How often each level occurs; what is the number of none is passed over.
  static func counts(_ values: [Float], of levels: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: levels)
    for value in values where value >= 0 && value < Float(levels) { counts[Int(value)] += 1 }
    return counts
  }

  private static func missing(_ name: String, _ a: [Float], _ b: [Float]) -> ShiftReport.Test? {
    let counts = [a, b].map { values in
      let count = values.count(where: \.isNaN)
      return [count, values.count - count]
    }
    guard counts[0][0] + counts[1][0] > 0 else { return nil }
    let test = ChiSquare(counts)
    return .init(
      name: name, kind: .missing, statistic: test.statistic, probability: test.probability,
      corrected: test.probability, training: Double(counts[0][0]) / Double(max(a.count, 1)),
      other: Double(counts[1][0]) / Double(max(b.count, 1)), category: nil)
  }

  /// By probability, with Holm's correction.
  private static func corrected(_ tests: [ShiftReport.Test]) -> [ShiftReport.Test] {
    let corrected = HolmCorrection.corrected(tests.map(\.probability))
    return zip(tests, corrected).map { test, probability in
      var test = test
      test.corrected = probability
      return test
    }.sorted { ($0.probability, -$0.statistic) < ($1.probability, -$1.statistic) }
  }
}
