import EspalierProtocols

/// Everything that a config says about a run, every default filled and every plugin made.
public struct RunConfiguration: ConfigSection {
  public static let text = "a run of Espalier"
  public static let examples = [
    "plugins": "plugins: [./AcmePlugins]",
    "data": "data: {source: {csv: {path: data.csv, target: label}}}",
    "model": "model: [{dense: {units: 64, activation: relu}}, {dense: {units: 10}}]",
    "loss": "loss: cross_entropy",
    "optimizer": "optimizer: {adam: {learning_rate: 1e-3}}",
  ]

  @Parameter("packages of plugins that the run needs: folders, or addresses with a version")
  public var plugins: [FilePath] = []
  @Parameter("what the run is called; without a word, as its file")
  public var name = ""
  public var data = DataSettings()
  @Component("the layers, from input to output")
  public var model: [any Layer]
  public var startFrom = StartSettings()
  @Component("what training makes small")
  public var loss: any Loss
  @Component("how gradients become new weights")
  public var optimizer: any Optimizer
  @Component("how the learning rate changes over the run")
  public var schedule: (any Scheduler)?
  @Component("penalties on weights, added to the loss")
  public var regularizers: [any Regularizer] = []
  @Component("what acts on the run at its events")
  public var callbacks: [any Callback] = []
  @Component("what is measured after every epoch, beside the loss")
  public var metrics: [any Metric] = []
  public var training = TrainingSettings()
  @Component("what runs the computation")
  public var backend: (any Backend)?
  @Parameter("folder in which the run's own folder is made, as seen from where the program runs")
  public var output = "runs"

  /// The folder of the config file, against which its paths are resolved.
  public internal(set) var folder = "."
  /// The file it was read from, as the user named it; `nil` for one made in code.
  public internal(set) var file: String?
  /// What is doubtful but no error.
  public internal(set) var warnings: [Diagnostic] = []
  /// Where its parts were written, in a config file or in a program.
  var places = PlaceTable()
  /// Where a run that was made in code stands in the program.
  var codePlace: ConfigPlace?
  /// The plugins that it was read with, or is run with: by them it is written, and errors are told.
  var catalog = Catalog()

  public init() {}

  /// The same config, to be written and told of by the plugins that it is run with.
  func among(_ catalog: Catalog) -> RunConfiguration {
    var result = self
    result.catalog = catalog
    return result
  }

  /// Where a part of the config was written: `training.epochs`, `model[2]`,
  /// `optimizer.learning_rate`.
  ///
  /// A part that was left to its default has the place of the nearest part around it.
  public func place(ofPath path: String) -> ConfigPlace? { places.nearest(path)?.place }

  /// Where a layer was written, by the name it has in the model: `dense_2`, `residual_1.conv2d_1`.
  public func place(ofLayer name: String) -> ConfigPlace? {
    path(ofLayer: name).flatMap { place(ofPath: $0) }
  }

  /// A diagnostic about a part of this config, with its place and origin.
  public func diagnostic(
    _ code: DiagnosticCode, _ message: String, atPath path: String, label: String? = nil,
    notes: [Diagnostic.Note] = []
  ) -> Diagnostic {
    let entry = places.nearest(path)
    return Diagnostic(
      code, message, at: entry?.place, path: path, origin: entry?.origin ?? [], label: label,
      notes: notes)
  }

  /// The path in the config of a layer by the name it has in the model.
  public func path(ofLayer name: String) -> String? {
    var layers = model
    var list = "model"
    var path: String?
    for part in name.split(separator: ".") {
      guard let index = RunConfiguration.names(of: layers).firstIndex(of: String(part)) else {
        return path
      }
      let here = "\(list)[\(index)]"
      path = here
      // Layers within: the first list of layers that the layer is made of.
      let inner = RunConfiguration.unwrapped(layers[index])
      layers = []
      for item in Schema(of: inner).items {
        guard case .component(let component) = item.content, component.kind == .layer else {
          continue
        }
        layers = component.current.compactMap { $0 as? any Layer }
        list = "\(here).\(inner.pluginName).\(item.name)"
        break
      }
    }
    return path
  }

  /// The names under which layers record: their own, or the plugin's with a number.
  static func names(of layers: [any Layer]) -> [String] { Scope.names(of: layers) }

  /// The plugin that a wrapper stands for.
  static func unwrapped(_ plugin: any Plugin) -> any Plugin {
    if let named = plugin as? Named { return unwrapped(named.layer) }
    if let layer = plugin as? ActivationLayer { return layer.activation }
    return plugin
  }
}
