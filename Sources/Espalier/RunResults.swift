import EspalierHost
import EspalierProtocols

// What a trained run says of samples: its `TrainedRun` at hand.
extension Run {
  /// Measures a split of the run's own samples.
  ///
  /// - Parameter split: the test split, else the validation split, unless given.
  public func evaluate(_ split: TrainedRun.Split? = nil) throws -> TrainedRun.Evaluation {
    try model.evaluate(split)
  }

  /// Measures the samples of a source, such as `InMemory(features: …, labels: …)`.
  public func evaluate(_ source: any Source) throws -> TrainedRun.Evaluation {
    try model.evaluate(source)
  }

  /// Measures the samples of a file, which must hold targets.
  public func evaluate(file: String) throws -> TrainedRun.Evaluation {
    try model.evaluate(file: file)
  }

  /// Predicts for one sample: its numbers, those of an image by channel, row and column.
  public func predict(_ sample: [Float]) throws -> TrainedRun.Prediction {
    try model.predict(sample)
  }

  /// Predicts for samples: the numbers of each, those of an image by channel, row and column.
  public func predict(_ samples: [[Float]]) throws -> TrainedRun.Predictions {
    try model.predict(samples)
  }

  /// Predicts for the samples of a source, whose targets may be missing.
  public func predict(_ source: any Source) throws -> TrainedRun.Predictions {
    try model.predict(source)
  }

  /// Predicts for the samples of a file.
  public func predict(file: String) throws -> TrainedRun.Predictions {
    try model.predict(file: file)
  }

  /// Writes the model as an ONNX file, as ``TrainedRun/exportONNX(to:transforms:views:)`` does.
  @discardableResult
  public func exportONNX(
    to path: String, transforms: Bool = true, views: Bool = true
  ) throws -> TrainedRun.ONNXExport {
    try model.exportONNX(to: path, transforms: transforms, views: views)
  }

  private var model: TrainedRun {
    get throws {
      guard let trained else {
        throw RunFailure(
          "the run `\(configuration.name)` has not been trained: call `fit()` first, or open a finished "
            + "run with `TrainedRun(\"runs/…\")`")
      }
      return trained
    }
  }
}

extension TrainedRun {
  /// Opens the folder of a finished run.
  ///
  /// - Parameters:
  ///   - folder: the run's folder, `runs/digits-20260301-101500`.
  ///   - bundles: plugins that the run was made of, beside the built-in ones.
  ///   - threads: threads that compute; what the run's config says unless given.
  /// - Throws: ``RunFailure`` when the folder is not one of a run, or its files do not fit together;
  ///   ``ConfigurationProblems`` when its config cannot be read.
  public convenience init(
    _ folder: String, adding bundles: [PluginBundle] = [], threads: Int? = nil
  ) throws {
    try self.init(
      opening: folder, catalog: defaultCatalog(adding: bundles), defaults: .standard,
      threads: threads)
  }
}

extension Ensemble {
  /// Opens the folder of an ensemble.
  ///
  /// - Parameters:
  ///   - folder: what `espalier ensemble` wrote, `runs/bag`.
  ///   - bundles: plugins that the members were made of, beside the built-in ones.
  ///   - threads: threads that compute; what the members' configs say unless given.
  /// - Throws: ``RunFailure`` or ``ConfigurationProblems`` when it is none, or a member cannot be opened.
  public static func open(
    _ folder: String, adding bundles: [PluginBundle] = [], threads: Int? = nil
  ) throws -> Ensemble {
    try open(
      folder, catalog: defaultCatalog(adding: bundles), defaults: .standard, threads: threads)
  }
}

extension Residual {
  /// A residual block around layers that are written one a line.
  ///
  /// ```swift
  /// Residual(activation: ReLU()) {
  ///   Dense(64, activation: ReLU())
  ///   Dense(64)
  /// }
  /// ```
  public init(
    activation: (any Activation)? = nil, shortcut: Shortcut = .auto,
    shortcutNormalization: (any Layer)? = nil, @ModelBuilder layers: () throws -> [LayerPart]
  ) rethrows {
    let parts = try Model(layers).layers
    self.init(
      parts, activation: activation, shortcut: shortcut,
      shortcutNormalization: shortcutNormalization)
  }
}
