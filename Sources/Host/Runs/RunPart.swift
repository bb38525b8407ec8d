import EspalierProtocols

/// One statement of a run in Swift: a plugin or settings, with its place in the program.
public struct RunPart: Sendable {
  enum Content: Sendable {
    case source(any Source, DataSlot)
    case cleaner(any Cleaner)
    case selector(any FeatureSelector)
    case normalizer(any Normalizer)
    case targetNormalizer(any Normalizer)
    case projection(any Projection)
    case balancer(any Balancer)
    case augmentation(any Augmentation)
    case testTime(TestTimeSettings)
    case model([LayerPart])
    case loss(any Loss)
    case optimizer(any Optimizer)
    case scheduler(any Scheduler)
    case regularizer(any Regularizer)
    case callback(any Callback)
    case metric(any Metric)
    case backend(any Backend)
    case memory(DataMemory)
    case split(SplitSettings)
    case start(StartSettings)
    case training(TrainingSettings)
  }

  /// What a source's samples are for.
  enum DataSlot: Sendable { case everything, validation, test }

  let content: Content
  let place: ConfigPlace
}

/// One layer of a model in Swift, with its place in the program.
public struct LayerPart: Sendable {
  let layer: any Layer
  let place: ConfigPlace
}

/// The samples for validation, from a source of their own: no share of the others is kept.
public struct ValidationSource: Sendable {
  let source: any Source

  public init(_ source: any Source) { self.source = source }
}

/// The samples for the final test, from a source of their own: no share of the others is kept.
public struct TestSource: Sendable {
  let source: any Source

  public init(_ source: any Source) { self.source = source }
}

/// A change of scale of the target values in regression, undone in predictions.
public struct TargetNormalizer: Sendable {
  let normalizer: any Normalizer

  public init(_ normalizer: any Normalizer) { self.normalizer = normalizer }
}
