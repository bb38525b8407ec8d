/// Repairs samples before anything else is done to them: fills in what is missing, takes outliers back,
/// leaves samples out.
///
/// A missing value is NaN. What a cleaner fits, it fits to the training split; what it leaves out is told
/// in the run's facts, report and summary.
///
/// ```swift
/// struct Positive: Cleaner {
///   static let manifest = Manifest("positive", "leaves out samples with a negative number")
///   func exclusion(from samples: SourceSamples, beside training: SourceSamples?) throws -> Exclusion {
///     Exclusion(try samples.indices { features, _ in features.contains { $0 < 0 } })
///   }
/// }
/// ```
public protocol Cleaner: FittedPlugin {
  /// Which samples of a source are left out of all parts, before they are split; none unless
  /// implemented.
  ///
  /// Nothing may be learned here that training should not know: this is for what one sample tells, or
  /// two that are the same.
  ///
  /// - Parameters:
  ///   - samples: what the cleaners before this one left of a source.
  ///   - training: for samples of a source of their own for validation or test, those of `data.source`
  ///     as this cleaner saw them; `nil` for these themselves.
  /// - Throws: ``PluginError`` where samples are mistakes that should end the run.
  func exclusion(from samples: SourceSamples, beside training: SourceSamples?) throws -> Exclusion

  /// Which samples are left out of the training split, and of no other, by what was fitted to it; none
  /// unless implemented.
  ///
  /// - Parameters:
  ///   - samples: those to which the transform was fitted, not yet changed by it.
  ///   - transform: what ``fit(_:)`` gave.
  func exclusion(
    from samples: TrainingSamples, fitted transform: any Transform
  ) throws -> Exclusion
}

extension Cleaner {
  public func exclusion(
    from samples: SourceSamples, beside training: SourceSamples?
  ) throws -> Exclusion { Exclusion() }

  public func exclusion(
    from samples: TrainingSamples, fitted transform: any Transform
  ) throws -> Exclusion { Exclusion() }

  // One that only leaves samples out fits nothing.

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    Unchanged(outputShape: samples.description.sampleShape)
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform { Unchanged(outputShape: sampleShape) }
}

/// What a cleaner leaves out.
public struct Exclusion: Sendable {
  /// The numbers of the samples, among those that the cleaner was given, ascending.
  public var samples: [Int]
  /// What else a user should know, such as "3 samples have the features of another and another class".
  public var note: String?

  public init(_ samples: [Int] = [], note: String? = nil) {
    self.samples = samples
    self.note = note
  }
}

/// What a cleaner left out of a run.
public struct CleaningReport: Sendable, Hashable, Codable {
  /// The cleaner's name.
  public var cleaner: String
  /// Samples of `data.source` left out before the split, out of the training split after it, and out of
  /// sources of their own for validation and test.
  public var source: Int
  public var training: Int
  public var validation: Int
  public var test: Int
  /// What else the cleaner found.
  public var notes: [String]

  /// All samples that it left out.
  public var total: Int { source + training + validation + test }

  public init(
    cleaner: String, source: Int = 0, training: Int = 0, validation: Int = 0, test: Int = 0,
    notes: [String] = []
  ) {
    self.cleaner = cleaner
    self.source = source
    self.training = training
    self.validation = validation
    self.test = test
    self.notes = notes
  }
}

/// Samples as they are: what a cleaner gives that changes none. The host leaves it out of the way.
public struct Unchanged: Transform {
  public let outputShape: Shape
  public var state: [String: TransformState] { [:] }

  public init(outputShape: Shape) { self.outputShape = outputShape }

  public func apply(
    _ input: UnsafeBufferPointer<Float>, count: Int, to output: UnsafeMutableBufferPointer<Float>
  ) {
    _ = output.update(fromContentsOf: input)
  }

  public func recorded(_ samples: Tensor) -> Tensor? { samples }

  public func description(after input: DataDescription) -> DataDescription { input }
}
