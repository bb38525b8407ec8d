import EspalierProtocols

/// `data:` where samples come from, and what is done to them before the model.
public struct DataSection: ConfigSection {
  public static let text = "where samples come from and what is done to them before the model"
  public static let examples = ["source": "source: {csv: {path: data.csv, target: label}}"]

  @Component("the samples; shares of them are kept for validation and test")
  public var source: any EspalierProtocols.Source
  @Component("samples for validation from elsewhere, in place of a share")
  public var validationSource: (any EspalierProtocols.Source)?
  @Component("samples for the final test from elsewhere, in place of a share")
  public var testSource: (any EspalierProtocols.Source)?
  public var split = SplitSection()
  @Component("changes of scale, fitted to the training split, in this order")
  public var normalize: [any Normalizer] = []
  @Component("projections onto new features, fitted to the training split, in this order")
  public var project: [any Projection] = []
  @Component("random changes of training samples, in this order")
  public var augment: [any Augmentation] = []
  @Component("change of scale of the target values, undone in predictions")
  public var targetNormalize: (any Normalizer)?

  public init() {}
}

/// `data.split:` which samples are kept from training.
public struct SplitSection: ConfigSection {
  public static let text = "which samples are kept from training"

  @Parameter("share of the samples for validation", in: 0..<1)
  public var validation: Double = 0.2
  @Parameter("share of the samples for the final test", in: 0..<1)
  public var test: Double = 0
  @Parameter("the same mix of classes in every split; without a word, where there are classes")
  public var stratify: Bool? = nil
  @Parameter("draw the shares at random; else the last samples are kept, as suits a series in time")
  public var shuffle = true
  @Parameter("seed of the drawing; without a word, the run's", in: 0...)
  public var seed: Int? = nil

  public init() {}
}

/// `training:` how long and in what portions.
public struct TrainingSection: ConfigSection {
  public static let text = "how long to train, and in what portions"

  @Parameter("passes over the training split", in: 1...)
  public var epochs = 10
  @Parameter("samples a step", in: 1...)
  public var batchSize = 32
  @Parameter("seed of all random numbers of the run", in: 0...)
  public var seed = 0
  @Parameter("a new order of the training samples in every epoch")
  public var shuffle = true
  @Parameter("leave out the last batch of an epoch when it is not full")
  public var dropLast = false
  @Parameter("epochs from one validation to the next", in: 1...)
  public var validateEvery = 1
  @Parameter("threads that prepare batches ahead of the step, 0 for none; null to choose", in: 0...)
  public var workers: Int? = nil
  @Parameter("threads that compute; 0 for one a core", in: 0...)
  public var threads = 0

  public init() {}
}
