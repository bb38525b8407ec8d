import EspalierFormats
import EspalierProtocols
import Foundation

/// A run that was trained: its model with the weights that it came to, and its data's transforms.
///
/// A program opens a finished run by its folder, or has that of its own ``Run`` after `fit()`.
public final class TrainedRun {
  /// The run's own config.
  public let configuration: RunConfiguration
  /// The run's folder; `nil` of a run that wrote none.
  public let folder: String?
  private let catalog: Catalog
  let transforms: FittedTransforms
  let programs: ModelPrograms
  let evaluator: Evaluator
  /// The run's own samples, of a run that has just been trained.
  let data: PreparedData?

  /// Opens a run's folder.
  ///
  /// - Throws: ``RunFailure`` when the folder is not one of a run, or its files do not fit together.
  public static func open(
    _ folder: String, catalog: Catalog, defaults: HostDefaults, threads: Int? = nil
  ) throws -> TrainedRun {
    try TrainedRun(opening: folder, catalog: catalog, defaults: defaults, threads: threads)
  }

  package init(
    opening folder: String, catalog: Catalog, defaults: HostDefaults, threads: Int?
  ) throws {
    guard FileManager.default.fileExists(atPath: folder + "/config.yaml") else {
      throw RunFailure.noRun(folder)
    }
    let configuration = try ConfigurationLoader.load(
      path: folder + "/config.yaml", catalog: catalog)
    self.configuration = configuration
    self.folder = folder
    self.catalog = catalog
    data = nil
    let backend = configuration.backend ?? defaults.backend
    backend.setThreads(threads ?? configuration.training.threads)
    do {
      transforms = try FittedTransforms.restore(from: folder + "/transforms", catalog: catalog)
    } catch {
      throw RunFailure("\(error)", folder: folder)
    }
    programs = try ModelPrograms(
      StepDefinition(
        layers: configuration.model, loss: configuration.loss, optimizer: configuration.optimizer,
        data: transforms.output),
      backend: backend, configuration: configuration)
    evaluator = Evaluator(
      programs: programs, metrics: configuration.metrics, transforms: transforms,
      views: SampleViews(configuration.data.testTime, shape: transforms.output.sampleShape))
    try loadWeights(folder)
  }

  /// The model of a run that has just been trained, as it stands in memory.
  init(
    _ configuration: RunConfiguration, folder: String?, catalog: Catalog, programs: ModelPrograms,
    data: PreparedData
  ) {
    self.configuration = configuration
    self.folder = folder
    self.catalog = catalog
    self.programs = programs
    self.data = data
    transforms = data.transforms
    evaluator = Evaluator(
      programs: programs, metrics: configuration.metrics, transforms: transforms,
      views: SampleViews(configuration.data.testTime, shape: transforms.output.sampleShape))
  }

  private func loadWeights(_ folder: String) throws {
    let path = folder + "/weights.safetensors"
    // A recording for one sample declares the parameters.
    do { _ = try programs.evaluationStep(batch: 1, withLoss: false) } catch {
      throw RunFailure("the model of \(folder) cannot be built: \(error)")
    }
    let file: SafeTensorsFile
    do { file = try SafeTensors.read(path) } catch { throw RunFailure("\(error)") }
    for variable in programs.saved {
      guard let entry = file[variable.name] else {
        throw RunFailure("\(path) has no weights for `\(variable.name)`")
      }
      guard entry.shape == variable.shape.dimensions else {
        throw RunFailure(
          "\(path) has `\(variable.name)` with shape \(Shape(entry.shape)), the model needs \(variable.shape)"
        )
      }
      do { try programs.write(variable) { try file.values(variable.name, $0) } } catch {
        throw RunFailure("\(error)")
      }
    }
  }

  /// What a sample is and what the model tells of it.
  public var input: DataDescription { transforms.input }

  // MARK: Evaluating

  /// A part of the run's own samples.
  public enum Split: String, Sendable, CaseIterable { case train, validation, test }

  /// Loss and metrics on samples.
  public struct Evaluation: Sendable {
    /// What was measured: `test`, `validation`, `train`, a file, or the name of a source.
    public let name: String
    /// How many samples were measured.
    public let samples: Int
    /// The loss and all metrics that are numbers.
    public let metrics: [String: Double]
    /// Metrics that are matrices.
    public let matrices: [String: MetricResult]

    /// The loss, or a metric by its name: `evaluation["accuracy"]`.
    public subscript(name: String) -> Double? { metrics[name] }
  }

  /// Measures a split of the run's own data.
  ///
  /// - Parameter split: the test split, else the validation split, unless given; of a fold the validation
  ///   split.
  /// - Throws: ``RunFailure`` when the run has no such split; ``ConfigurationProblems`` when its data
  ///   cannot be read again.
  public func evaluate(_ split: Split? = nil) throws -> Evaluation {
    if let data {
      let (split, part) = try choose(
        split, [.test: data.test, .validation: data.validation, .train: data.training])
      return try evaluate(part, split.rawValue)
    }
    let own = try ownSamples(split)
    return try evaluate(own.part, own.split.rawValue)
  }

  /// Samples of the run's own source.
  struct OwnSamples {
    let split: Split
    /// Their numbers in the source.
    let rows: SampleNumbers
    /// Their targets as the source has them.
    let targets: [Float]
    /// The first of them as the source has it.
    let first: [Float]
    /// As the model sees them.
    let part: Part
  }

  /// A split of the run's own data, which is read again.
  ///
  /// - Parameter takesTest: whether it is the test split unless given, of folds too.
  func ownSamples(_ wanted: Split?, takesTest: Bool = false) throws -> OwnSamples {
    let data = try RunData.split(configuration)
    let wanted = wanted ?? (takesTest && data.test != nil ? .test : nil)
    let (split, samples) = try choose(
      wanted, [.test: data.test, .validation: data.validation, .train: data.training])
    let budget = configuration.data.budget
    return try usable {
      let rows =
        split == .train ? try transforms.remaining(of: samples, budget: budget) : samples.rows
      let width = samples.dataset.description.target.width
      let targets = try samples.dataset.allTargets()
      var first = [Float](repeating: 0, count: samples.dataset.description.sampleShape.count)
      try Array(rows.prefix(1)).withUnsafeBufferPointer { row in
        try first.withUnsafeMutableBufferPointer {
          try samples.dataset.read(row, features: $0.baseAddress!, targets: nil)
        }
      }
      return OwnSamples(
        split: split, rows: rows,
        targets: rows.flatMap { targets[$0 * width..<($0 + 1) * width] }, first: first,
        part: try transforms.apply(to: samples.dataset, rows: rows, budget: budget))
    }
  }

  /// A complaint about a sample's value becomes the run's.
  func usable<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let value as UnusableValue {
      throw RunFailure(value.description)
    }
  }

  private func choose<Samples>(
    _ split: Split?, _ samples: [Split: Samples?]
  ) throws -> (Split, Samples) {
    // A fold is measured where it was kept from; the test split is for what is chosen by the folds.
    let usesTest = (samples[.test] ?? nil) != nil && configuration.data.split.folds == nil
    let split = split ?? (usesTest ? .test : .validation)
    guard let chosen = samples[split] ?? nil else {
      throw RunFailure("the run has no \(split) split")
    }
    return (split, chosen)
  }

  /// Measures the samples of a source, such as `InMemory(features: …, labels: …)`.
  ///
  /// - Parameter source: samples with targets; relative paths are seen from where the program runs.
  /// - Throws: ``RunFailure`` when the samples are not such as the model learned from.
  public func evaluate(_ source: any EspalierProtocols.Source) throws -> Evaluation {
    try evaluate(try samples(of: source, needsTargets: true), source.pluginName)
  }

  /// Measures the samples of a file, which must hold targets.
  public func evaluate(file: String) throws -> Evaluation {
    try evaluate(try samples(ofFile: file, needsTargets: true), file)
  }

  private func evaluate(_ part: Part, _ name: String) throws -> Evaluation {
    guard part.count > 0 else { throw RunFailure("\(name) has no samples") }
    let learned = transforms.input.target
    guard part.description.target == learned else {
      throw RunFailure(
        part.description.target.width == 0
          ? "\(name) has no targets, against which the model could be measured"
          : "\(name) has other targets than the model learned, \(learned.names.joined(separator: ", "))"
      )
    }
    var metrics: [String: Double] = [:]
    var matrices: [String: MetricResult] = [:]
    for (name, result) in try usable({ try evaluator.evaluate(part) }) {
      if let number = result.number { metrics[name] = number } else { matrices[name] = result }
    }
    return Evaluation(name: name, samples: part.count, metrics: metrics, matrices: matrices)
  }

  // MARK: Predicting

  /// Predicts for one sample: its numbers, those of an image by channel, row and column.
  ///
  /// - Throws: ``RunFailure`` when there are not as many numbers as the model takes.
  public func predict(_ sample: [Float]) throws -> Prediction { try predict([sample])[0] }

  /// Predicts for samples.
  ///
  /// - Parameter samples: the numbers of each, those of an image by channel, row and column.
  /// - Throws: ``RunFailure`` when one has not as many numbers as the model takes.
  public func predict(_ samples: [[Float]]) throws -> Predictions {
    try predictions(for: self.samples(samples))
  }

  /// Samples of these numbers, as the model sees them.
  func samples(_ samples: [[Float]]) throws -> Part {
    let shape = transforms.input.sampleShape
    let width = shape.count
    var features: [Float] = []
    features.reserveCapacity(samples.count * width)
    for (index, sample) in samples.enumerated() {
      guard sample.count == width else {
        throw RunFailure(
          "the model takes samples of \(width) numbers"
            + (shape.rank > 1 ? ", \(shape)" : "") + "; sample \(index) has \(sample.count)")
      }
      if let bad = sample.firstIndex(where: \.isInfinite) {
        throw RunFailure("sample \(index): number \(bad) is \(sample[bad]); all must be finite")
      }
      features += sample
    }
    var description = transforms.input
    description.target = .none
    return try usable {
      try transforms.apply(to: ArrayDataset(description, features: features, targets: []))
    }
  }

  /// Predicts for the samples of a source, whose targets may be missing.
  ///
  /// - Parameter source: relative paths are seen from where the program runs.
  /// - Throws: ``RunFailure`` when the samples are not such as the model learned from.
  public func predict(_ source: any EspalierProtocols.Source) throws -> Predictions {
    var names: [String]?
    let part = try samples(of: source, needsTargets: false) { names = $0.sampleNames }
    return try predictions(for: part, names: names)
  }

  /// Predicts for the samples of a file, or of a folder of images; `-` for standard input where the source can
  /// read that.
  public func predict(file: String) throws -> Predictions { try predict(reader(of: file)) }

  func predictions(for part: Part, names: [String]? = nil) throws -> Predictions {
    let (width, values) = try usable { try evaluator.predict(part) }
    return Predictions(
      count: part.count, width: width, values: values, target: transforms.input.target,
      names: names)
  }

  // MARK: Reading

  /// The samples of a file as the model sees them.
  func samples(ofFile file: String, needsTargets: Bool) throws -> Part {
    try samples(of: reader(of: file), needsTargets: needsTargets)
  }

  /// The samples of a source as the model sees them.
  ///
  /// - Parameter opened: is shown them as they are in the source.
  func samples(
    of source: any EspalierProtocols.Source, needsTargets: Bool,
    opened: (any Dataset) -> Void = { _ in }
  ) throws -> Part {
    let dataset = try configuration.open(
      source, like: transforms.input, needsTargets: needsTargets, catalog: catalog)
    do {
      opened(dataset)
      return try usable {
        if needsTargets { try ValueChecks.checkTargets(of: Preparation.Samples(dataset)) }
        return try transforms.apply(to: dataset, budget: configuration.data.budget)
      }
    } catch let error as RunFailure {
      throw error
    } catch {
      throw RunConfiguration.failure(of: source, catalog)(error)
    }
  }

  private func reader(of file: String) throws -> any EspalierProtocols.Source {
    try configuration.reader(of: file, catalog: catalog)
  }
}
