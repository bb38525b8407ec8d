import EspalierProtocols

/// Leaves samples out before the split, as the cleaners of a run say, and keeps count.
struct Cleaning {
  /// Whose samples are cleaned.
  enum Part { case source, validation, test }

  private let configuration: RunConfiguration
  private var cleaners: [any Cleaner] { configuration.data.clean }
  /// The samples of `data.source` as each cleaner was given them.
  private var given: [SourceSamples] = []
  private(set) var reports: [CleaningReport]

  init(_ configuration: RunConfiguration) {
    self.configuration = configuration
    reports = configuration.data.clean.map { CleaningReport(cleaner: $0.pluginName) }
  }

  /// The numbers of the samples that stay.
  ///
  /// - Throws: ``ConfigurationProblems`` that point at the cleaner.
  mutating func rows(of dataset: any Dataset, _ part: Part) throws -> SampleNumbers {
    var rows = SampleNumbers(0..<dataset.count)
    for (index, cleaner) in cleaners.enumerated() {
      let samples = SourceSamples(dataset, rows: rows)
      let exclusion = try configuration.naming(
        cleaner, .dataUnusable, atPath: "data.clean[\(index)]"
      ) {
        let exclusion = try cleaner.exclusion(
          from: samples, beside: part == .source ? nil : given[index])
        try exclusion.check(rows.count)
        return exclusion
      }
      if part == .source { given.append(samples) }
      rows = rows.removing(places: exclusion.samples)
      let count = exclusion.samples.count
      switch part {
      case .source: reports[index].source = count
      case .validation: reports[index].validation = count
      case .test: reports[index].test = count
      }
      reports[index].notes += exclusion.note.map { [$0] } ?? []
    }
    return rows
  }

  /// Adds what was left out of the training split.
  mutating func add(_ exclusions: [Int: Exclusion]) {
    for (index, exclusion) in exclusions where reports.indices.contains(index) {
      reports[index].training = exclusion.samples.count
      reports[index].notes += exclusion.note.map { [$0] } ?? []
    }
  }
}

extension Exclusion {
  /// - Parameter count: the number of samples that there were.
  /// - Throws: ``PluginError`` when the numbers are none of samples, or when none is left.
  func check(_ count: Int) throws {
    var last = -1
    for sample in samples {
      guard sample > last, sample < count else {
        throw PluginError(
          "it leaves out sample \(sample) of \(count) after \(last); numbers must ascend")
      }
      last = sample
    }
    guard samples.count < count else {
      throw PluginError("it leaves no sample of \(count)")
    }
  }
}
