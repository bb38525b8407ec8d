import EspalierProtocols

/// `data:` where samples come from, and what is done to them before the model.
public struct DataSettings: ConfigSection {
  public static let text = "where samples come from and what is done to them before the model"
  public static let examples = ["source": "source: {csv: {path: data.csv, target: label}}"]

  @Component("the samples; shares of them are kept for validation and test")
  public var source: any EspalierProtocols.Source
  @Component("samples for validation from elsewhere, in place of a share")
  public var validationSource: (any EspalierProtocols.Source)?
  @Component("samples for the final test from elsewhere, in place of a share")
  public var testSource: (any EspalierProtocols.Source)?
  public var split = SplitSettings()
  @Component("repairs of samples, fitted to the training split, in this order")
  public var clean: [any Cleaner] = []
  @Component("choices among features, fitted to the training split, in this order")
  public var select: [any FeatureSelector] = []
  @Component("changes of scale, fitted to the training split, in this order")
  public var normalize: [any Normalizer] = []
  @Component("projections onto new features, fitted to the training split, in this order")
  public var project: [any Projection] = []
  @Component("how much each training sample counts, in this order")
  public var balance: [any Balancer] = []
  @Component("random changes of training samples, in this order")
  public var augment: [any Augmentation] = []
  @Component("change of scale of the target values, undone in predictions")
  public var targetNormalize: (any Normalizer)?
  public var testTime = TestTimeSettings()
  @Parameter(
    "what samples may take in memory, such as 4 GB; larger data are read while training. Without a word, 1 GiB or a quarter of the machine's memory"
  )
  public var memory: DataMemory? = nil

  public init() {}

  public init(
    source: any EspalierProtocols.Source,
    validationSource: (any EspalierProtocols.Source)? = nil,
    testSource: (any EspalierProtocols.Source)? = nil, split: SplitSettings = SplitSettings(),
    clean: [any Cleaner] = [], select: [any FeatureSelector] = [],
    normalize: [any Normalizer] = [], project: [any Projection] = [],
    balance: [any Balancer] = [], augment: [any Augmentation] = [],
    targetNormalize: (any Normalizer)? = nil, testTime: TestTimeSettings = TestTimeSettings(),
    memory: DataMemory? = nil
  ) {
    self.source = source
    self.validationSource = validationSource
    self.testSource = testSource
    self.split = split
    self.clean = clean
    self.select = select
    self.normalize = normalize
    self.project = project
    self.balance = balance
    self.augment = augment
    self.targetNormalize = targetNormalize
    self.testTime = testTime
    self.memory = memory
  }

  /// What is fitted and applied to features, in its order, each with its place in the config.
  var transforms: [(plugin: any FittedPlugin, path: String)] {
    func list(_ name: String, _ plugins: [any FittedPlugin]) -> [(any FittedPlugin, String)] {
      plugins.enumerated().map { ($1, "data.\(name)[\($0)]") }
    }
    return list("clean", clean) + list("select", select) + list("normalize", normalize)
      + list("project", project)
  }
}

/// `data.split:` which samples are kept from training.
///
/// With ``folds`` the validation part is one of them, and ``validation`` is not looked at.
public struct SplitSettings: ConfigSection {
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
  @Parameter("column whose samples of one value stay in one part, such as those of a patient")
  public var group: String? = nil
  @Parameter(
    "parts into which what the test leaves is cut; one of them is for validation", in: 2...)
  public var folds: Int? = nil
  @Parameter("which of the folds is for validation, from 1", in: 1...)
  public var fold = 1
  @Parameter("which drawing of the folds, from 1; all have the same test part", in: 1...)
  public var repetition = 1

  public init() {}

  public init(
    validation: Double = 0.2, test: Double = 0, stratify: Bool? = nil, shuffle: Bool = true,
    seed: Int? = nil, group: String? = nil, folds: Int? = nil, fold: Int = 1, repetition: Int = 1
  ) {
    self.validation = validation
    self.test = test
    self.stratify = stratify
    self.shuffle = shuffle
    self.seed = seed
    self.group = group
    self.folds = folds
    self.fold = fold
    self.repetition = repetition
  }
}

/// `data.test_time:` from how many sides a trained model looks at a sample.
///
/// The final measurements, `evaluate` and `predict` use it; the validations between epochs do not. Metrics see
/// the joined prediction of a sample; the loss is the mean of the losses from each side.
public struct TestTimeSettings: ConfigSection {
  public static let text = "from how many sides the trained model looks at a sample"

  /// How the predictions for one sample become one.
  public enum Joining: String, Choice, Sendable {
    /// Their mean.
    case mean
    /// The share of them that say so, of each class.
    case vote
  }

  @Component("the sides; without any, each sample as it is")
  public var views: [any View] = []
  @Parameter("the mean of the predictions, or for classes the share of votes")
  public var join = Joining.mean

  public init() {}

  public init(views: [any View], join: Joining = .mean) {
    self.views = views
    self.join = join
  }
}

/// `training:` how long and in what portions.
public struct TrainingSettings: ConfigSection {
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
  @Parameter(
    "factors of the learning rate by layers or parameters; those of all that fit are multiplied",
    in: Bounds.positive)
  public var learningRateFactors: [String: Double] = [:]
  @Parameter("threads that prepare batches ahead of the step, 0 for none; null to choose", in: 0...)
  public var workers: Int? = nil
  @Parameter("threads that compute; 0 for one a core", in: 0...)
  public var threads = 0
  @Parameter("write `report.html` into the run's folder at its end")
  public var report = true

  public init() {}

  public init(
    epochs: Int = 10, batchSize: Int = 32, seed: Int = 0, shuffle: Bool = true,
    dropLast: Bool = false, validateEvery: Int = 1, learningRateFactors: [String: Double] = [:],
    workers: Int? = nil, threads: Int = 0, report: Bool = true
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.seed = seed
    self.shuffle = shuffle
    self.dropLast = dropLast
    self.validateEvery = validateEvery
    self.learningRateFactors = learningRateFactors
    self.workers = workers
    self.threads = threads
    self.report = report
  }
}
