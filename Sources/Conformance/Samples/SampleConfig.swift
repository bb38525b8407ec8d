import Espalier
import EspalierHost
import EspalierProtocols

/// A whole config in which a fragment takes the place of one plugin.
struct SampleConfig {
  let kind: PluginKind
  let catalog: Catalog

  init(of type: any Plugin.Type) throws {
    guard let kind = PluginKind.of(type) else {
      throw ConformanceFailure(
        type.manifest.name, "\(type) conforms to no kind of plugin, such as Activation or Layer")
    }
    self.kind = kind
    catalog = try KitCatalog.make(with: [type])
  }

  /// The plugin that a fragment of a config makes: a name, or one key with options.
  ///
  /// - Throws: ``ConfigurationProblems`` with what the loader says of it.
  func plugin(_ fragment: String) throws -> any Plugin {
    if kind == .search { return try strategy(fragment) }
    let loader = ConfigurationLoader(
      catalog: catalog, files: ["sample.yaml": Array(text(fragment).utf8)], checks: [])
    let configuration = try loader.load("sample.yaml")
    guard let plugin = plugin(of: configuration) else {
      throw ConformanceFailure(fragment, "is read, but is no \(kind.name)")
    }
    return plugin
  }

  /// The strategy of a sweep over a few values.
  private func strategy(_ fragment: String) throws -> any Plugin {
    let config = text(fragment).split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    let sweep = """
      config:
      \(config)
        training: {epochs: 27}
      parameters:
        training.batch_size: [16, 32]
        model[1].dense.units: {log_integer: [8, 16]}
      strategy: \(flow(fragment))

      """
    let loader = ConfigurationLoader(
      catalog: catalog, files: ["sample.yaml": Array(sweep.utf8)], checks: [])
    return try SweepLoader(loader).load("sample.yaml").strategy
  }

  /// A table in braces, unless it is in them or a bare name.
  private func flow(_ fragment: String) -> String {
    fragment.contains(":") && !fragment.hasPrefix("{") && !fragment.hasPrefix("\"")
      ? "{\(fragment)}" : fragment
  }

  /// The plugin that another one's own description makes.
  func plugin(like plugin: any Plugin) throws -> any Plugin {
    try self.plugin(Self.flow(Schema.describe(plugin)))
  }

  private func text(_ fragment: String) -> String {
    let value = flow(fragment)
    func part(_ kind: PluginKind, _ otherwise: String) -> String {
      self.kind == kind ? value : otherwise
    }
    func list(_ kind: PluginKind) -> String { "[\(part(kind, ""))]" }
    return """
      data:
        source: \(part(.source, "conformance_points"))
        clean: \(list(.cleaner))
        select: \(list(.selector))
        normalize: \(list(.normalizer))
        project: \(list(.projection))
        balance: \(list(.balancer))
        augment: \(list(.augmentation))
        test_time: {views: \(list(.view))}
      model:
        - \(part(.layer, "flatten"))
        - dense:
            units: 3
            activation: \(part(.activation, "relu"))
            initializer: \(part(.initializer, "he_normal"))
      loss: \(part(.loss, "cross_entropy"))
      optimizer: \(part(.optimizer, "{sgd: {learning_rate: 0.1}}"))
      schedule: \(part(.scheduler, "constant"))
      regularizers: \(list(.regularizer))
      callbacks: \(list(.callback))
      metrics: \(list(.metric))
      backend: \(part(.backend, "cpu"))

      """
  }

  private func plugin(of configuration: RunConfiguration) -> (any Plugin)? {
    switch kind {
    case .source: configuration.data.source
    case .cleaner: configuration.data.clean.first
    case .selector: configuration.data.select.first
    case .normalizer: configuration.data.normalize.first
    case .projection: configuration.data.project.first
    case .balancer: configuration.data.balance.first
    case .augmentation: configuration.data.augment.first
    case .view: configuration.data.testTime.views.first
    case .layer: configuration.model.first
    case .activation: (configuration.model.last as? Dense)?.activation
    case .initializer: (configuration.model.last as? Dense)?.initializer
    case .loss: configuration.loss
    case .optimizer: configuration.optimizer
    case .scheduler: configuration.schedule
    case .regularizer: configuration.regularizers.first
    case .callback: configuration.callbacks.first
    case .metric: configuration.metrics.first
    case .backend: configuration.backend
    default: nil
    }
  }

  /// A value in YAML's flow style, every text in quotes.
  static func flow(_ value: ConfigValue) -> String {
    switch value {
    case .text(let text):
      var result = "\""
      for character in text.unicodeScalars {
        switch character {
        case "\\": result += "\\\\"
        case "\"": result += "\\\""
        case "\n": result += "\\n"
        default: result.unicodeScalars.append(character)
        }
      }
      return result + "\""
    case .list(let values): return "[" + values.map(flow).joined(separator: ", ") + "]"
    case .table(let entries):
      return "{"
        + entries.map { flow(.text($0.key)) + ": " + flow($0.value) }.joined(separator: ", ") + "}"
    default: return value.description
    }
  }
}

/// The plugin that a plugin's own sample makes.
///
/// - Throws: ``ConformanceFailure`` when the sample makes none.
package func sample<P: Plugin>(of type: P.Type) throws -> P {
  let plugin = try checking(type.manifest.name, "of the sample \(type.manifest.sample)") {
    try SampleConfig(of: type).plugin(type.manifest.sample)
  }
  if let plugin = plugin as? P { return plugin }
  throw ConformanceFailure(
    type.manifest.name, "the sample \(type.manifest.sample) makes a \(Swift.type(of: plugin))")
}
