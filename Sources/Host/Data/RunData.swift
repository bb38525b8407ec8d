import EspalierProtocols

/// Opens and prepares the data of a config.
enum RunData {
  /// Samples of each part, before all transforms.
  struct Parts {
    var training: Preparation.Samples
    var validation: Preparation.Samples?
    var test: Preparation.Samples?
  }

  /// Samples of each part.
  struct Counts {
    var training: Int
    var validation: Int
    var test: Int
  }

  /// Told what is done: the event, what the samples are by now, and how many once that is known.
  typealias Progress = (Event, DataDescription, Counts?) throws -> Void

  /// - Throws: ``ConfigurationProblems`` that point at the source, the split or the transform.
  static func prepare(
    _ configuration: RunConfiguration, done: Progress = { _, _, _ in }
  ) throws -> PreparedData {
    let data = configuration.data
    let parts = try split(configuration, done: done)
    let counts = Counts(
      training: parts.training.rows.count, validation: parts.validation?.rows.count ?? 0,
      test: parts.test?.rows.count ?? 0)
    try done(.dataSplit, parts.training.dataset.description, counts)
    let prepared = try located(configuration, "data") {
      try Preparation.prepare(
        training: parts.training, validation: parts.validation, test: parts.test,
        transforms: data.normalize + data.project, target: data.targetNormalize)
    }
    try done(.transformsFitted, prepared.description, nil)
    return prepared
  }

  static func split(
    _ configuration: RunConfiguration, done: Progress = { _, _, _ in }
  ) throws -> Parts {
    let data = configuration.data
    let seed = UInt64(configuration.training.seed)
    let context = SourceContext(folder: configuration.folder, seed: seed)
    let dataset = try located(configuration, "data.source") { try data.source.open(context) }
    try done(.dataOpened, dataset.description, nil)
    let expected = SourceContext(
      folder: configuration.folder, seed: seed, expected: dataset.description)
    let validation = try located(configuration, "data.validation_source") {
      try data.validationSource?.open(expected)
    }
    let test = try located(configuration, "data.test_source") {
      try data.testSource?.open(expected)
    }

    let split = try located(configuration, "data.split") {
      try Split(
        count: dataset.count, validation: validation == nil ? data.split.validation : 0,
        test: test == nil ? data.split.test : 0, classes: try classes(dataset, data.split),
        shuffle: data.split.shuffle, seed: UInt64(data.split.seed ?? configuration.training.seed))
    }
    return Parts(
      training: .init(dataset, rows: split.training),
      validation: validation.map { .init($0) } ?? samples(dataset, split.validation),
      test: test.map { .init($0) } ?? samples(dataset, split.test))
  }

  private static func samples(_ dataset: any Dataset, _ rows: [Int]) -> Preparation.Samples? {
    rows.isEmpty ? nil : .init(dataset, rows: rows)
  }

  /// The class of each sample, where parts shall have equal shares of each.
  private static func classes(_ dataset: any Dataset, _ split: SplitSettings) throws -> [Int]? {
    guard case .classes = dataset.description.target else {
      if split.stratify == true {
        throw PluginError("only data with classes can be stratified", parameter: "stratify")
      }
      return nil
    }
    guard split.stratify ?? split.shuffle else { return nil }
    return try dataset.allTargets().map { Int($0) }
  }

  /// Gives the errors of a part of the config their place in it.
  private static func located<Result>(
    _ configuration: RunConfiguration, _ path: String, _ body: () throws -> Result
  ) throws -> Result {
    do { return try body() } catch let error as PluginError {
      let full = error.parameter.map { "\(path).\($0)" } ?? path
      throw ConfigurationProblems([
        configuration.diagnostic(
          .dataUnusable, error.message, atPath: full, label: error.remedy)
      ])
    }
  }
}

extension PreparedData {
  /// Training samples of each class; empty where there are none.
  var classCounts: [Int] {
    guard case .classes(let names) = description.target else { return [] }
    var counts = [Int](repeating: 0, count: names.count)
    for target in training.allTargets() where Int(target) < names.count { counts[Int(target)] += 1 }
    return counts
  }
}
