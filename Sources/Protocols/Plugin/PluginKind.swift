/// The kinds of plugin, each with its protocol and its place in a config.
public struct PluginKind: Sendable, Hashable {
  /// One word, as in messages: "activation".
  public let name: String
  /// As in listings and folder names: "activations".
  public let plural: String
  let single: ObjectIdentifier
  let optional: ObjectIdentifier
  let list: ObjectIdentifier
  private let accept: @Sendable (any Plugin.Type) -> Bool

  /// - Parameters:
  ///   - existential: `(any Activation).self`
  ///   - accept: whether a type is of this kind, `{ $0 is any Activation.Type }`
  init<T>(
    _ name: String, plural: String? = nil, _ existential: T.Type,
    accept: @escaping @Sendable (any Plugin.Type) -> Bool
  ) {
    self.name = name
    self.plural = plural ?? name + "s"
    single = ObjectIdentifier(T.self)
    optional = ObjectIdentifier(T?.self)
    list = ObjectIdentifier([T].self)
    self.accept = accept
  }

  /// Whether a type is of this kind.
  public func includes(_ type: any Plugin.Type) -> Bool { accept(type) }

  public static func == (a: PluginKind, b: PluginKind) -> Bool { a.single == b.single }
  public func hash(into hasher: inout Hasher) { hasher.combine(single) }

  /// Where samples come from.
  public static let source = PluginKind("source", (any Source).self) { $0 is any Source.Type }
  /// Repairs of samples.
  public static let cleaner = PluginKind("cleaner", (any Cleaner).self) { $0 is any Cleaner.Type }
  /// Choices among features.
  public static let selector = PluginKind("selector", (any FeatureSelector).self) {
    $0 is any FeatureSelector.Type
  }
  /// Changes of scale.
  public static let normalizer = PluginKind("normalizer", (any Normalizer).self) {
    $0 is any Normalizer.Type
  }
  /// Changes of features.
  public static let projection = PluginKind("projection", (any Projection).self) {
    $0 is any Projection.Type
  }
  /// How much each training sample counts.
  public static let balancer = PluginKind("balancer", (any Balancer).self) {
    $0 is any Balancer.Type
  }
  /// Random changes of training samples.
  public static let augmentation = PluginKind("augmentation", (any Augmentation).self) {
    $0 is any Augmentation.Type
  }
  /// Sides from which a trained model looks at a sample.
  public static let view = PluginKind("view", (any View).self) { $0 is any View.Type }
  /// Parts of a model.
  public static let layer = PluginKind("layer", (any Layer).self) { $0 is any Layer.Type }
  /// Nonlinearities.
  public static let activation = PluginKind("activation", (any Activation).self) {
    $0 is any Activation.Type
  }
  /// First values of parameters.
  public static let initializer = PluginKind("initializer", (any Initializer).self) {
    $0 is any Initializer.Type
  }
  /// What training makes small.
  public static let loss = PluginKind("loss", plural: "losses", (any Loss).self) {
    $0 is any Loss.Type
  }
  /// How gradients become new parameters.
  public static let optimizer = PluginKind("optimizer", (any Optimizer).self) {
    $0 is any Optimizer.Type
  }
  /// How the learning rate changes.
  public static let scheduler = PluginKind("scheduler", (any Scheduler).self) {
    $0 is any Scheduler.Type
  }
  /// Penalties on parameters.
  public static let regularizer = PluginKind("regularizer", (any Regularizer).self) {
    $0 is any Regularizer.Type
  }
  /// What acts on a run at its events.
  public static let callback = PluginKind("callback", (any Callback).self) {
    $0 is any Callback.Type
  }
  /// What is measured.
  public static let metric = PluginKind("metric", (any Metric).self) { $0 is any Metric.Type }
  /// What runs programs.
  public static let backend = PluginKind("backend", (any Backend).self) { $0 is any Backend.Type }
  /// Which trials a search makes.
  public static let search = PluginKind("search", plural: "searches", (any SearchStrategy).self) {
    $0 is any SearchStrategy.Type
  }

  /// In the order of a run, which is also the order of listings; then what makes many runs.
  public static let all: [PluginKind] = [
    .source, .cleaner, .selector, .normalizer, .projection, .balancer, .augmentation, .view, .layer,
    .activation, .initializer, .loss, .optimizer, .scheduler, .regularizer, .callback, .metric,
    .backend, .search,
  ]

  /// The kind that a type belongs to; the first, should it be of several.
  public static func of(_ type: any Plugin.Type) -> PluginKind? { of(type, likely: nil) }

  /// The same, and quick if it is of a kind that is likely, which then comes before the others.
  ///
  /// To find that a type does not conform to a protocol takes a look at all conformances of the program: with hundreds
  /// of plugins and every kind asked about, that was half of the time that a small run took.
  static func of(_ type: any Plugin.Type, likely: PluginKind?) -> PluginKind? {
    if let likely, likely.includes(type) { return likely }
    return all.first { $0.includes(type) }
  }

  static func slot<T>(for type: T.Type) -> (kind: PluginKind, multiplicity: Multiplicity)? {
    let id = ObjectIdentifier(type)
    for kind in all {
      if kind.single == id { return (kind, .one) }
      if kind.optional == id { return (kind, .optional) }
      if kind.list == id { return (kind, .many) }
    }
    return nil
  }
}
