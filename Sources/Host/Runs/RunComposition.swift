import EspalierProtocols

extension RunConfiguration {
  /// The run that parts in Swift describe; ``check(_:)`` says whether it can be trained.
  ///
  /// - Parameters:
  ///   - name: what the run is called.
  ///   - folder: the folder against which relative paths are resolved.
  ///   - place: where the run stands in the program.
  /// - Throws: ``ConfigurationProblems`` with all that does not fit together.
  package init(
    _ name: String, folder: String, at place: ConfigPlace, catalog: Catalog, parts: [RunPart]
  ) throws(ConfigurationProblems) {
    self.init()
    self.name = name
    self.folder = folder
    codePlace = place
    var composer = RunComposer(configuration: self)
    for part in parts { composer.add(part) }
    self = composer.configuration
    try check(catalog, with: composer.problems)
  }
}

/// Puts the parts of a run in Swift into the sections of their kinds.
private struct RunComposer {
  var configuration: RunConfiguration
  var problems: [Diagnostic] = []
  /// Where each section that takes one plugin got it.
  private var taken: [String: ConfigPlace] = [:]
  /// The part that acts on features last among those that have come.
  private var latest: (name: String, stage: Stage, place: ConfigPlace)?

  /// What is done to features, in its order.
  private enum Stage: Int {
    case cleaner, selector, normalizer, projection
  }

  init(configuration: RunConfiguration) { self.configuration = configuration }

  mutating func add(_ part: RunPart) {
    let place = part.place
    switch part.content {
    case .source(let source, .everything):
      if take("data.source", "source", place) { configuration.data.source = source }
    case .source(let source, .validation):
      if take("data.validation_source", "source for validation", place) {
        configuration.data.validationSource = source
      }
    case .source(let source, .test):
      if take("data.test_source", "source for the test", place) {
        configuration.data.testSource = source
      }
    case .split(let split):
      if take("data.split", "SplitSettings", place) { configuration.data.split = split }
    case .memory(let memory):
      if take("data.memory", "DataMemory", place) { configuration.data.memory = memory }
    case .cleaner(let cleaner):
      checkOrder(of: cleaner, .cleaner, place)
      append("data.clean", configuration.data.clean.count, place)
      configuration.data.clean.append(cleaner)
    case .selector(let selector):
      checkOrder(of: selector, .selector, place)
      append("data.select", configuration.data.select.count, place)
      configuration.data.select.append(selector)
    case .normalizer(let normalizer):
      checkOrder(of: normalizer, .normalizer, place)
      append("data.normalize", configuration.data.normalize.count, place)
      configuration.data.normalize.append(normalizer)
    case .targetNormalizer(let normalizer):
      if take("data.target_normalize", "TargetNormalizer", place) {
        configuration.data.targetNormalize = normalizer
      }
    case .projection(let projection):
      checkOrder(of: projection, .projection, place)
      append("data.project", configuration.data.project.count, place)
      configuration.data.project.append(projection)
    case .balancer(let balancer):
      append("data.balance", configuration.data.balance.count, place)
      configuration.data.balance.append(balancer)
    case .testTime(let settings):
      if take("data.test_time", "TestTimeSettings", place) {
        configuration.data.testTime = settings
      }
    case .augmentation(let augmentation):
      append("data.augment", configuration.data.augment.count, place)
      configuration.data.augment.append(augmentation)
    case .model(let layers):
      guard take("model", "Model", place) else { return }
      configuration.model = layers.map(\.layer)
      for (index, layer) in layers.enumerated() { append("model", index, layer.place) }
    case .loss(let loss):
      if take("loss", "loss", place) { configuration.loss = loss }
    case .optimizer(let optimizer):
      if take("optimizer", "optimizer", place) { configuration.optimizer = optimizer }
    case .scheduler(let scheduler):
      if take("schedule", "schedule", place) { configuration.schedule = scheduler }
    case .regularizer(let regularizer):
      append("regularizers", configuration.regularizers.count, place)
      configuration.regularizers.append(regularizer)
    case .callback(let callback):
      append("callbacks", configuration.callbacks.count, place)
      configuration.callbacks.append(callback)
    case .metric(let metric):
      append("metrics", configuration.metrics.count, place)
      configuration.metrics.append(metric)
    case .start(let start):
      if take("start_from", "StartSettings", place) { configuration.startFrom = start }
    case .training(let training):
      if take("training", "TrainingSettings", place) { configuration.training = training }
    case .backend(let backend):
      if take("backend", "backend", place) { configuration.backend = backend }
    }
  }

  private mutating func append(_ list: String, _ index: Int, _ place: ConfigPlace) {
    if configuration.places[list] == nil { configuration.places.note(list, place, []) }
    configuration.places.note("\(list)[\(index)]", place, [])
  }

  /// Whether a section that takes one plugin is still free.
  private mutating func take(_ path: String, _ what: String, _ place: ConfigPlace) -> Bool {
    if let first = taken[path] {
      problems.append(
        Diagnostic(
          .tooManyPlugins, "the run has a second \(what)", at: place, path: path,
          label: "keep one of the two", notes: [.init("the first one", at: first)]))
      return false
    }
    taken[path] = place
    configuration.places.note(path, place, [])
    return true
  }

  /// Lines are read in their order, but cleaners act before all selectors, these before all normalizers,
  /// and these before all projections.
  private mutating func checkOrder(of plugin: any Plugin, _ stage: Stage, _ place: ConfigPlace) {
    guard let latest, stage.rawValue < latest.stage.rawValue else {
      if stage.rawValue > latest?.stage.rawValue ?? -1 {
        latest = (plugin.pluginName, stage, place)
      }
      return
    }
    let section =
      switch stage {
      case .cleaner: "clean"
      case .selector: "select"
      case .normalizer: "normalize"
      case .projection: "project"
      }
    problems.append(
      Diagnostic(
        .normalizedTooLate,
        "\(plugin.pluginName) stands behind \(latest.name), but \(stage)s act before "
          + "\(latest.stage)s", at: place, path: "data.\(section)",
        label: "write it before the \(latest.stage)",
        notes: [.init("the \(latest.stage)", at: latest.place)]))
  }
}
