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
    var prepared = try located(configuration, "data") {
      do {
        return try Preparation.prepare(
          training: parts.training, validation: parts.validation, test: parts.test,
          transforms: data.normalize + data.project, target: data.targetNormalize)
      } catch let failure as Preparation.Failure {
        throw configuration.problem(
          failure.error, of: failure.plugin, .dataUnusable,
          atPath: path(ofTransform: failure.position, data))
      }
    }
    prepared.drawn = try balanced(configuration, prepared)
    // Before the run begins, though batches are made later.
    for (index, augmentation) in data.augment.enumerated() {
      try configuration.naming(augmentation, .dataUnusable, atPath: "data.augment[\(index)]") {
        try augmentation.check(prepared.description.sampleShape)
      }
    }
    for (index, view) in data.testTime.views.enumerated() {
      try configuration.naming(view, .dataUnusable, atPath: "data.test_time.views[\(index)]") {
        try view.check(prepared.description.sampleShape)
      }
    }
    if data.testTime.join == .vote, prepared.description.target.task == .regression {
      throw ConfigurationProblems([
        configuration.diagnostic(
          .dataUnusable, "views vote on classes, and the targets are values",
          atPath: "data.test_time.join", label: "take their mean")
      ])
    }
    try done(.transformsFitted, prepared.description, nil)
    return prepared
  }

  private static func path(ofTransform position: Int?, _ data: DataSettings) -> String {
    guard let position else { return "data.target_normalize" }
    let before = data.normalize.count
    return position < before
      ? "data.normalize[\(position)]" : "data.project[\(position - before)]"
  }

  /// The samples of a source; whatever it throws, now or later, names it and its place.
  private static func open(
    _ source: any EspalierProtocols.Source, _ context: SourceContext,
    _ configuration: RunConfiguration, _ path: String
  ) throws -> any Dataset {
    let dataset = try configuration.naming(source, .dataUnusable, atPath: path) {
      try source.open(context)
    }
    return SourceDataset.wrapping(dataset) { error in
      configuration.problem(
        error, of: source, .dataUnusable, atPath: path,
        notes: [.init("it was opened, and failed when samples were read")])
    }
  }

  static func split(
    _ configuration: RunConfiguration, done: Progress = { _, _, _ in }
  ) throws -> Parts {
    let data = configuration.data
    let seed = UInt64(configuration.training.seed)
    let context = SourceContext(folder: configuration.folder, seed: seed)
    let dataset = try open(data.source, context, configuration, "data.source")
    try done(.dataOpened, dataset.description, nil)
    let expected = SourceContext(
      folder: configuration.folder, seed: seed, expected: dataset.description)
    let validation = try data.validationSource.map {
      try open($0, expected, configuration, "data.validation_source")
    }
    let test = try data.testSource.map {
      try open($0, expected, configuration, "data.test_source")
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

  /// Gives the host's own complaints about a part of the config their place in it.
  private static func located<Result>(
    _ configuration: RunConfiguration, _ path: String, _ body: () throws -> Result
  ) throws -> Result {
    do { return try body() } catch let error as PluginError {
      let full = error.parameter.map { "\(path).\($0)" } ?? path
      throw ConfigurationProblems([
        configuration.diagnostic(.dataUnusable, error.message, atPath: full, label: error.remedy)
      ])
    }
  }
}

extension PreparedData {
  /// What a training step gets.
  func batchForm(_ augmentations: [any Augmentation]) -> BatchForm {
    BatchForm(
      hasShares: description.target.task == .classification
        && augmentations.contains { $0 is any BatchAugmentation },
      hasWeights: drawn.weights != nil)
  }

  /// Drawn samples of each class; empty where there are none.
  var classCounts: [Int] {
    guard case .classes(let names) = description.target else { return [] }
    var counts = [Int](repeating: 0, count: names.count)
    for target in drawn.allTargets() where Int(target) < names.count { counts[Int(target)] += 1 }
    return counts
  }
}
