import EspalierProtocols

/// The data of a run, ready to be batched.
package struct PreparedData: Sendable {
  package let training: Part
  package let validation: Part?
  package let test: Part?
  package let transforms: FittedTransforms
  /// What an epoch draws from: the training samples, balanced.
  package var drawn: Part
  /// The numbers of the drawn samples in the training split; `nil` where no balancer chose them.
  package var draws: SampleNumbers?
  /// What cleaners left out of the training split, by their number among the transforms.
  let exclusions: [Int: Exclusion]
  /// What cleaners left out in all, in their order.
  package internal(set) var cleaning: [CleaningReport] = []
  /// What the sources tell of their data.
  package internal(set) var notes: [String] = []
  /// Held-out samples as their sources give them; `nil` where they are not kept.
  var validationSamples: Preparation.Samples?
  var testSamples: Preparation.Samples?
  /// What the model sees.
  package var description: DataDescription { transforms.output }
}

/// Fits the transforms of a run and applies them.
package enum Preparation {
  /// Samples of a data set, by number.
  package struct Samples: Sendable {
    package let dataset: any Dataset
    package let rows: SampleNumbers
    /// The source in the config that they are from.
    let path: String

    package init(
      _ dataset: any Dataset, rows: SampleNumbers? = nil, path: String = "data.source"
    ) {
      self.dataset = dataset
      self.rows = rows ?? SampleNumbers(0..<dataset.count)
      self.path = path
    }

    package init(_ dataset: any Dataset, rows: [Int], path: String = "data.source") {
      self.init(dataset, rows: SampleNumbers(rows), path: path)
    }

    /// Where one stands, for messages.
    func place(of row: Int) -> String { dataset.place(of: row) ?? "sample \(row)" }
  }

  /// What one of the transforms threw; the others are those of data sets and of the host.
  struct Failure: Error, CustomStringConvertible {
    /// Its place among the transforms; `nil` for the one of the targets.
    let position: Int?
    let plugin: any FittedPlugin
    let error: any Error
    var description: String { "\(error)" }
  }

  /// A piece of the work on one of the transforms, by its place among them.
  enum Work { case fitting(Int), applying(Int) }

  /// Prepares the parts of one data set.
  package static func prepare(
    _ dataset: any Dataset, split: Split, transforms: [any FittedPlugin] = [],
    target: (any Normalizer)? = nil, memory: Int = .max
  ) throws -> PreparedData {
    func part(_ rows: [Int]) -> Samples? { rows.isEmpty ? nil : Samples(dataset, rows: rows) }
    return try prepare(
      training: Samples(dataset, rows: split.training), validation: part(split.validation),
      test: part(split.test), transforms: transforms, target: target, memory: memory)
  }

  /// Fits transforms in their order, each to the training samples as the ones before it leave them,
  /// and applies them to all parts.
  ///
  /// - Parameter memory: bytes that samples may take; more are transformed whenever they are read.
  /// - Throws: ``PluginError`` when the parts do not fit together, ``Failure`` when a transform cannot be
  ///   fitted, and what data sets throw when they are read.
  package static func prepare(
    training: Samples, validation: Samples?, test: Samples?, transforms plugins: [any FittedPlugin],
    target: (any Normalizer)?, memory: Int = .max
  ) throws -> PreparedData {
    try prepare(
      training: training, validation: validation, test: test, transforms: plugins, target: target,
      memory: memory, finished: { _ in })
  }

  /// The same, and tells each piece of work on training samples when it is done.
  static func prepare(
    training: Samples, validation: Samples?, test: Samples?, transforms plugins: [any FittedPlugin],
    target: (any Normalizer)?, memory: Int, finished: (Work) -> Void
  ) throws -> PreparedData {
    guard !training.rows.isEmpty else { throw PluginError("there are no training samples") }
    let input = training.dataset.description
    for (name, part) in [("validation", validation), ("test", test)] {
      guard let part else { continue }
      try check(part, against: input, name)
    }
    var steps: [FittedTransforms.Step] = []
    var exclusions: [Int: Exclusion] = [:]
    var current = training
    let cleaners = plugins.prefix { $0 is any Cleaner }.count
    if cleaners == 0 { try checkValues(of: training) }
    let budget = MemoryBudget(
      bytes: memory,
      samples: training.rows.count + (validation?.rows.count ?? 0) + (test?.rows.count ?? 0))
    if cleaners == 0, !plugins.isEmpty { current = watched(training, budget) }
    for (position, plugin) in plugins.enumerated() {
      let samples = TrainingSamples(current.dataset, rows: current.rows)
      let (transform, exclusion) = try at(training) {
        try naming(plugin, position) {
          let transform = try plugin.fit(samples)
          let exclusion = try (plugin as? any Cleaner)?.exclusion(from: samples, fitted: transform)
          try exclusion?.check(samples.count)
          return (transform, exclusion)
        }
      }
      finished(.fitting(position))
      steps.append(.init(plugin: plugin, transform: transform))
      if let exclusion {
        exclusions[position] = exclusion
        current = Samples(
          current.dataset, rows: current.rows.removing(places: exclusion.samples),
          path: current.path)
      }
      if steps.count < plugins.count {
        // The next one is fitted to what this one made; earlier results are given back.
        current = try apply(
          steps[position], to: current, checks: position == cleaners - 1, budget: budget)
        finished(.applying(position))
      }
    }
    let fittedTarget = try target.map { plugin in
      try naming(plugin, nil) { try fit(plugin, toTargetsOf: current) }
    }
    let fitted = FittedTransforms(input: input, steps: steps, target: fittedTarget)
    let trainingPart: Part
    if let last = steps.last, steps.count > 1 {
      // All steps but the last are applied already.
      let final = FittedTransforms(
        input: current.dataset.description, steps: [last], target: fittedTarget)
      trainingPart = try at(training) {
        try final.apply(
          to: current.dataset, rows: current.rows, cleaned: cleaners == steps.count ? 1 : -1,
          budget: budget)
      }
    } else {
      trainingPart = try at(training) {
        try fitted.apply(to: current.dataset, rows: current.rows, budget: budget)
      }
    }
    try at(training) { try trainingPart.checkAll() }
    if !steps.isEmpty { finished(.applying(steps.count - 1)) }
    func applied(_ part: Samples?) throws -> Part? {
      try part.map { part in
        try at(part) {
          let result = try fitted.apply(to: part.dataset, rows: part.rows, budget: budget)
          try result.checkAll()
          return result
        }
      }
    }
    return PreparedData(
      training: trainingPart, validation: try applied(validation), test: try applied(test),
      transforms: fitted, drawn: trainingPart, draws: nil, exclusions: exclusions)
  }

  /// The samples after one step.
  ///
  /// - Parameter checks: whether no value may be missing or infinite after it.
  static func apply(
    _ step: FittedTransforms.Step, to samples: Samples, checks: Bool,
    budget: MemoryBudget = MemoryBudget()
  ) throws -> Samples {
    if step.transform is Unchanged, !checks { return samples }
    let fitted = FittedTransforms(
      input: samples.dataset.description, steps: [step], target: nil)
    let part = try at(samples) {
      try fitted.apply(
        to: samples.dataset, rows: samples.rows, cleaned: checks ? 1 : -1, budget: budget)
    }
    return Samples(StepResult(part: part, origin: samples), path: samples.path)
  }

  /// Samples in memory are looked through before anything is fitted to them, since what is fitted would
  /// complain of values that are missing without their place.
  private static func checkValues(of samples: Samples) throws {
    guard let dataset = samples.dataset as? ArrayDataset else {
      guard (samples.dataset as? any KnowsMissingFeatures)?.hasMissingFeatures == true else {
        return
      }
      let description = samples.dataset.description
      var start = 0
      try SourceSamples(samples.dataset, rows: samples.rows).forEachChunk { count, values, _ in
        try at(samples) {
          try ValueChecks.check(values, description, after: []) {
            samples.place(of: samples.rows[start + $0])
          }
        }
        start += count
      }
      return
    }
    let size = dataset.description.sampleShape.count
    try dataset.features.withUnsafeBufferPointer { features in
      for row in samples.rows {
        try at(samples) {
          try ValueChecks.check(
            UnsafeBufferPointer(rebasing: features[row * size..<(row + 1) * size]),
            dataset.description, after: []
          ) { _ in samples.place(of: row) }
        }
      }
    }
  }

  /// Samples that are looked through while the first transform is fitted to them, where a look of its own
  /// would be a further pass over a file.
  private static func watched(_ samples: Samples, _ budget: MemoryBudget) -> Samples {
    let dataset = samples.dataset
    let lacks = (dataset as? any KnowsMissingFeatures)?.hasMissingFeatures ?? nil
    guard !(dataset is ArrayDataset), lacks != false,
      !budget.holds(samples.rows.count, size: dataset.description.sampleShape.count)
    else { return samples }
    let check = StreamedSamples.Check(
      position: 0, description: dataset.description, cleaners: [],
      place: { dataset.place(of: $0) ?? "sample \($0)" },
      pass: CheckedPass(last: samples.rows.last ?? 0))
    return Samples(
      StreamedSamples(
        base: dataset, description: dataset.description, transforms: [], check: check),
      rows: samples.rows, path: samples.path)
  }

  /// Gives a complaint about a value the source that it is from.
  private static func at<Result>(_ samples: Samples, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch var value as UnusableValue {
      value.path = samples.path
      throw value
    }
  }

  private static func naming<Result>(
    _ plugin: any FittedPlugin, _ position: Int?, _ body: () throws -> Result
  ) throws -> Result {
    do { return try body() } catch let known as ConfigurationProblems {
      // The samples could not be read, which is not the transform's fault.
      throw known
    } catch let value as UnusableValue {
      // Nor is one that was found when they were.
      throw value
    } catch {
      throw Failure(position: position, plugin: plugin, error: error)
    }
  }

  private static func check(
    _ part: Samples, against training: DataDescription, _ name: String
  ) throws {
    let found = part.dataset.description
    guard !part.rows.isEmpty else { throw PluginError("there are no \(name) samples") }
    guard found.sampleShape == training.sampleShape else {
      throw PluginError(
        "\(name) samples have shape \(found.sampleShape), training samples \(training.sampleShape)")
    }
    guard found.target == training.target else {
      throw PluginError("\(name) samples have other targets than training samples")
    }
  }

  private static func fit(
    _ normalizer: any Normalizer, toTargetsOf samples: Samples
  ) throws -> FittedTransforms.Step {
    guard case .values(let names) = samples.dataset.description.target else {
      throw PluginError("targets are normalized in regression only; these are classes")
    }
    let all = try samples.dataset.allTargets()
    let dataset = try ArrayDataset(
      DataDescription(sampleShape: [names.count], featureNames: names, target: .none),
      features: all, targets: [])
    let transform = try normalizer.fit(TrainingSamples(dataset, rows: samples.rows))
    guard transform.outputShape == [names.count] else {
      throw PluginError("it changes the number of targets")
    }
    var nothing: [Float] = []
    guard nothing.withUnsafeMutableBufferPointer({ transform.invert($0, count: 0) }) else {
      throw PluginError(
        "it cannot be undone, so predictions could not be brought back",
        remedy: "standardize, center, min_max, max_abs and robust can")
    }
    return .init(plugin: normalizer, transform: transform)
  }
}

/// What a step made of samples, which still know where they came from.
struct StepResult: Dataset {
  let part: Part
  let origin: Preparation.Samples
  var description: DataDescription { part.description }
  var count: Int { part.count }

  func read(
    _ rows: UnsafeBufferPointer<Int>, features: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>?
  ) throws { try part.read(rows, features: features, targets: targets) }

  func allTargets() throws -> [Float] { try part.allTargets() }
  func allWeights() -> [Float]? { part.allWeights() }
  func place(of sample: Int) -> String? { origin.place(of: origin.rows[sample]) }
}
