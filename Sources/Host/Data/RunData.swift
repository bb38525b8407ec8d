import EspalierProtocols

/// Opens and prepares the data of a config.
enum RunData {
  /// Samples of each part, before all transforms.
  struct Parts {
    var training: Preparation.Samples
    var validation: Preparation.Samples?
    var test: Preparation.Samples?
    var cleaning: Cleaning
    /// What the sources tell of their data.
    var notes: [String]
  }

  /// Samples of each part.
  struct Counts {
    var training: Int
    var validation: Int
    var test: Int
    /// What cleaners have left out so far.
    var cleaning: [CleaningReport]
  }

  /// Told what is done: the event, what the samples are by now, and how many once that is known.
  typealias Progress = (Event, DataDescription, Counts?) throws -> Void

  /// - Parameter finished: told each piece of work on a transform when it is done.
  /// - Throws: ``ConfigurationProblems`` that point at the source, the split or the transform.
  static func prepare(
    _ configuration: RunConfiguration, done: Progress = { _, _, _ in },
    finished: (Preparation.Work) -> Void = { _ in }
  ) throws -> PreparedData {
    let data = configuration.data
    var parts = try split(configuration, done: done)
    var counts = Counts(
      training: parts.training.rows.count, validation: parts.validation?.rows.count ?? 0,
      test: parts.test?.rows.count ?? 0, cleaning: parts.cleaning.reports)
    try done(.dataSplit, parts.training.dataset.description, counts)
    var prepared = try located(configuration, "data") {
      do {
        return try Preparation.prepare(
          training: parts.training, validation: parts.validation, test: parts.test,
          transforms: data.transforms.map(\.plugin), target: data.targetNormalize,
          memory: data.memoryLimit, finished: finished)
      } catch let failure as Preparation.Failure {
        throw configuration.problem(
          failure.error, of: failure.plugin, .dataUnusable,
          atPath: path(ofTransform: failure.position, data))
      }
    }
    prepared.validationSamples = parts.validation?.ifSmall
    prepared.testSamples = parts.test?.ifSmall
    (prepared.drawn, prepared.draws) = try balanced(configuration, prepared)
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
    parts.cleaning.add(prepared.exclusions)
    prepared.cleaning = parts.cleaning.reports
    prepared.notes = parts.notes
    counts.training = prepared.training.count
    counts.cleaning = prepared.cleaning
    try done(.transformsFitted, prepared.description, counts)
    return prepared
  }

  private static func path(ofTransform position: Int?, _ data: DataSettings) -> String {
    position.map { data.transforms[$0].path } ?? "data.target_normalize"
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
    let memory = data.memoryLimit
    let context = SourceContext(
      folder: configuration.folder, seed: seed, group: data.split.group, memory: memory)
    let dataset = try open(data.source, context, configuration, "data.source")
    try done(.dataOpened, dataset.description, nil)
    let expected = SourceContext(
      folder: configuration.folder, seed: seed, expected: dataset.description,
      group: data.split.group, memory: memory)
    let validation = try data.validationSource.map {
      try open($0, expected, configuration, "data.validation_source")
    }
    let test = try data.testSource.map {
      try open($0, expected, configuration, "data.test_source")
    }

    var cleaning = Cleaning(configuration)
    func cleaned(
      _ dataset: any Dataset, _ part: Cleaning.Part, _ path: String
    ) throws -> Preparation.Samples {
      let samples = Preparation.Samples(
        dataset, rows: try cleaning.rows(of: dataset, part), path: path)
      try located(configuration, path) { try ValueChecks.checkTargets(of: samples) }
      return samples
    }
    let samples = try cleaned(dataset, .source, "data.source")
    let validationSamples = try validation.map {
      try cleaned($0, .validation, "data.validation_source")
    }
    let testSamples = try test.map { try cleaned($0, .test, "data.test_source") }

    let split = try located(configuration, "data.split") {
      try SplitRequest(
        data.split, count: samples.rows.count, classOf: try classOf(samples, data.split),
        groups: try groups(samples, data), seed: seed,
        validation: validation == nil ? data.split.validation : 0,
        test: test == nil ? data.split.test : 0
      ).marks()
    }
    func part(_ part: SplitMarks.Part) -> Preparation.Samples {
      .init(dataset, rows: split.samples(of: part, { samples.rows[$0] }, below: dataset.count))
    }
    func partIfAny(_ which: SplitMarks.Part) -> Preparation.Samples? {
      let found = part(which)
      return found.rows.isEmpty ? nil : found
    }
    return Parts(
      training: part(.training), validation: validationSamples ?? partIfAny(.validation),
      test: testSamples ?? partIfAny(.test), cleaning: cleaning,
      notes: [dataset, validation, test].flatMap { $0?.notes ?? [] })
  }

  /// The class of each sample, where parts shall have equal shares of each.
  private static func classOf(
    _ samples: Preparation.Samples, _ split: SplitSettings
  ) throws -> ((Int) -> Int)? {
    guard case .classes = samples.dataset.description.target else {
      if split.stratify == true {
        throw PluginError("only data with classes can be stratified", parameter: "stratify")
      }
      return nil
    }
    guard split.stratify ?? split.shuffle else { return nil }
    let all = try samples.dataset.allTargets()
    return { Int(all[samples.rows[$0]]) }
  }

  /// The group of each sample, where the config names what groups them.
  private static func groups(
    _ samples: Preparation.Samples, _ data: DataSettings
  ) throws -> [Int]? {
    guard let group = data.split.group else { return nil }
    guard let all = try samples.dataset.allGroups() else {
      throw PluginError(
        "\(data.source.pluginName) knows no groups, so \(Printable.code(group)) cannot keep samples "
          + "together", parameter: "group", remedy: "csv takes a column of its table")
    }
    return samples.rows.map { all[$0] }
  }

  /// Gives the host's own complaints about a part of the config their place in it.
  private static func located<Result>(
    _ configuration: RunConfiguration, _ path: String, _ body: () throws -> Result
  ) throws -> Result {
    do { return try body() } catch let value as UnusableValue {
      throw ConfigurationProblems([
        configuration.diagnostic(
          .dataUnusable, value.message, atPath: value.path, label: value.remedy)
      ])
    } catch let error as PluginError {
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
      hasWeights: drawn.weights != nil, hasScaledTargets: transforms.target != nil)
  }

  /// Drawn samples of each class; empty where there are none.
  var classCounts: [Int] {
    guard case .classes(let names) = description.target else { return [] }
    var counts = [Int](repeating: 0, count: names.count)
    // What streams has been read before: its source keeps the targets.
    for target in (try? drawn.allTargets()) ?? [] where Int(target) < names.count {
      counts[Int(target)] += 1
    }
    return counts
  }
}
