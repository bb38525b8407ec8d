import EspalierProtocols

extension ShiftReport {
  /// More features than these are not tested one by one.
  private static let mostTests = 200

  /// Compares the training samples of a config with its test split, or with a file.
  ///
  /// Samples that cleaners leave out before the split are left out; values are as the source gives them.
  ///
  /// - Parameter file: the other samples, whose targets may be missing; the test split unless given.
  /// - Throws: ``ConfigurationProblems`` when the data cannot be read; ``RunFailure`` when there is nothing
  ///   to compare with.
  public init(
    _ configuration: RunConfiguration, catalog: Catalog, against file: String? = nil,
    options: Options = Options()
  ) throws {
    let configuration = configuration.among(catalog)
    let parts = try RunData.split(configuration)
    let others: Preparation.Samples
    if let file {
      let dataset = try configuration.open(
        configuration.reader(of: file, catalog: catalog),
        like: parts.training.dataset.description, needsTargets: false, catalog: catalog)
      others = Preparation.Samples(dataset)
    } else if let test = parts.test {
      others = test
    } else {
      throw RunFailure(
        "the config has no test split to compare with: set `data.split.test` or `data.test_source`, "
          + "or name a file (`--against FILE`)")
    }
    let seed = options.seed ?? UInt64(configuration.training.seed)
    let training = try ShiftSamples(
      parts.training, most: options.samples, seed: seed, stream: "training")
    let other = try ShiftSamples(others, most: options.samples, seed: seed, stream: "other")
    guard training.description.sampleShape == other.description.sampleShape else {
      throw RunFailure(
        "training samples have shape \(training.description.sampleShape), the others "
          + "\(other.description.sampleShape)")
    }
    let matrix = try DomainMatrix(training, other, seed: seed)
    name = configuration.name
    against = file ?? "test"
    trainingSamples = training.count
    otherSamples = other.count
    allTrainingSamples = training.all
    allOtherSamples = other.all
    level = options.level
    features = training.width
    if training.width > Self.mostTests, matrix.isProjected {
      components = matrix.width
      tests = ShiftTests.columns(
        (1...max(matrix.width, 1)).map { "component \($0)" }, matrix.values,
        training: training.count)
    } else {
      components = nil
      tests = ShiftTests.features(training, other)
    }
    domain = try DomainClassifier.run(
      matrix, training: training.count, other: other.count, seed: seed)
    target = ShiftTests.target(training, other)
    correctedBy = configuration.data.balance.filter(\.usesTestInputs).map(\.pluginName)
  }
}
