import EspalierFormats
import EspalierProtocols
import Foundation

/// A run that was trained: its model with the saved weights, and its data's transforms.
public final class TrainedRun {
  /// The run's own config.
  public let configuration: RunConfiguration
  /// The run's folder.
  public let folder: String
  private let catalog: Catalog
  private let transforms: FittedTransforms
  private let programs: ModelPrograms
  private let evaluator: Evaluator

  /// Opens a run's folder.
  ///
  /// - Throws: ``RunFailure`` when the folder is not one of a run, or its files do not fit together.
  public static func open(
    _ folder: String, catalog: Catalog, defaults: HostDefaults, threads: Int? = nil
  ) throws -> TrainedRun {
    guard FileManager.default.fileExists(atPath: folder + "/config.yaml") else {
      throw RunFailure("\(folder) is no folder of a run: it holds no config.yaml")
    }
    let configuration = try ConfigurationLoader.load(
      path: folder + "/config.yaml", catalog: catalog)
    return try TrainedRun(configuration, folder, catalog, defaults, threads: threads)
  }

  private init(
    _ configuration: RunConfiguration, _ folder: String, _ catalog: Catalog,
    _ defaults: HostDefaults,
    threads: Int?
  ) throws {
    self.configuration = configuration
    self.folder = folder
    self.catalog = catalog
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
      programs: programs, metrics: configuration.metrics, transforms: transforms)
    try loadWeights()
  }

  private func loadWeights() throws {
    let path = folder + "/weights.safetensors"
    // A recording for one sample declares the parameters.
    do { _ = try programs.evaluationStep(batch: 1, withLoss: false) } catch {
      throw RunFailure("the model of \(folder) cannot be built: \(error)")
    }
    let file: SafeTensorsFile
    do { file = try SafeTensors.read(path) } catch { throw RunFailure("\(error)") }
    for variable in programs.saved {
      guard file[variable.name] != nil else {
        throw RunFailure("\(path) has no weights for `\(variable.name)`")
      }
      let (shape, values): ([Int], [Float])
      do { (shape, values) = try file.tensor(variable.name) } catch { throw RunFailure("\(error)") }
      guard shape == variable.shape.dimensions else {
        throw RunFailure(
          "\(path) has `\(variable.name)` with shape \(Shape(shape)), the model needs \(variable.shape)"
        )
      }
      programs.memory.write(variable, values)
    }
  }

  // MARK: Evaluating

  /// Loss and metrics on samples.
  public struct Evaluation: Sendable {
    /// What was measured: `test`, `validation`, `train`, or a file.
    public let name: String
    /// How many samples were measured.
    public let samples: Int
    /// The loss and all metrics that are numbers.
    public let metrics: [String: Double]
    /// Metrics that are matrices.
    public let matrices: [String: MetricResult]
  }

  /// Measures a split of the run's own data.
  ///
  /// - Parameter split: `test`, `validation` or `train`; the test split, else the validation split,
  ///   unless given.
  public func evaluate(split: String? = nil) throws -> Evaluation {
    let data = try RunData.split(configuration)
    let parts = ["test": data.test, "validation": data.validation, "train": data.training]
    let name = split ?? (data.test != nil ? "test" : "validation")
    guard let part = parts[name] ?? nil else {
      throw RunFailure("the run has no \(name) split")
    }
    return try evaluate(try transforms.apply(to: part.dataset, rows: part.rows), name)
  }

  /// Measures the samples of a file, which must hold targets.
  public func evaluate(file: String) throws -> Evaluation {
    try evaluate(try transforms.apply(to: open(file, needsTargets: true)), file)
  }

  private func evaluate(_ part: Part, _ name: String) throws -> Evaluation {
    var metrics: [String: Double] = [:]
    var matrices: [String: MetricResult] = [:]
    for (name, result) in try evaluator.evaluate(part) {
      if let number = result.number { metrics[name] = number } else { matrices[name] = result }
    }
    return Evaluation(name: name, samples: part.count, metrics: metrics, matrices: matrices)
  }

  // MARK: Predicting

  /// What the model says of each sample.
  public struct Predictions: Sendable {
    /// Number of samples.
    public let count: Int
    /// Numbers a sample: probabilities by class, or values.
    public let width: Int
    /// count × width.
    public let values: [Float]
    /// What the numbers stand for.
    public let target: TargetDescription

    /// The column names: `prediction` and a probability a class; or the names of the values.
    public var header: [String] {
      switch target {
      case .classes(let names): ["prediction"] + names.map { "probability_" + $0 }
      case .values(let names): names
      case .none: (0..<width).map { "output_\($0)" }
      }
    }

    /// The fields of one sample.
    public func row(_ sample: Int) -> [String] {
      let numbers = Array(values[sample * width..<(sample + 1) * width])
      guard case .classes(let names) = target else { return numbers.map { "\($0)" } }
      // One probability stands for the second of two classes.
      let probabilities = numbers.count == 1 ? [1 - numbers[0], numbers[0]] : numbers
      var best = 0
      for index in probabilities.indices where probabilities[index] > probabilities[best] {
        best = index
      }
      let name = names.indices.contains(best) ? names[best] : "\(best)"
      return [name] + probabilities.map { "\($0)" }
    }
  }

  /// Predicts for the samples of a file; `-` for standard input where the source can read that.
  public func predict(file: String) throws -> Predictions {
    let part = try transforms.apply(to: open(file, needsTargets: false))
    let (width, values) = try evaluator.predict(part)
    return Predictions(
      count: part.count, width: width, values: values, target: transforms.input.target)
  }

  /// Opens a file with the run's own source, or with one that knows files of its ending.
  private func open(_ file: String, needsTargets: Bool) throws -> any Dataset {
    let ending = file == "-" ? "" : (file as NSString).pathExtension.lowercased()
    let own = configuration.data.source
    let context = SourceContext(
      folder: ".", expected: transforms.input, needsTargets: needsTargets)
    let path = FilePath(file)
    var reader: (any EspalierProtocols.Source)?
    if file == "-" || type(of: own).fileExtensions.contains(ending) { reader = own.reading(path) }
    if reader == nil {
      for entry in catalog.all(of: .source) {
        guard let type = entry.type as? any EspalierProtocols.Source.Type,
          type.fileExtensions.contains(ending)
            || (file == "-" && type.fileExtensions.contains("csv"))
        else { continue }
        reader = type.init().reading(path)
        if reader != nil { break }
      }
    }
    guard let reader else {
      throw RunFailure("no source reads files like \(file)")
    }
    // The place in the config would tell nothing; here the file was given by the caller.
    let entry = catalog.entry(of: type(of: reader))
    let name = reader.pluginName
    @Sendable func failure(_ error: any Error) -> RunFailure {
      let words = PluginErrorWords(error, of: name, from: entry)
      return RunFailure(words.message + (words.remedy.map { "; " + $0 } ?? ""))
    }
    do {
      return SourceDataset.wrapping(try reader.open(context), failure)
    } catch {
      throw failure(error)
    }
  }
}
