import EspalierProtocols

/// Begins to train parameters at an epoch; before it they are frozen.
///
/// `unfreeze: {parameters: [dense_1], epoch: 4}` is `freeze: {parameters: [dense_1], until: 3}`, with all
/// that is said there. Several of them thaw a pretrained network step by step, from its top down. Howard
/// and Ruder, 2018.
public struct Unfreeze: Callback, ParameterSelecting {
  public static let manifest = Manifest(
    "unfreeze", "parameters that are frozen until an epoch begins", paper: "Howard and Ruder, 2018",
    sample: "{unfreeze: {parameters: [dense_1], epoch: 3}}")

  @Parameter("names of layers or parameters, with `*` for any characters")
  public var parameters: [String]
  @Parameter("the first epoch in which they are trained", in: 2..., unit: "epochs")
  public var epoch: Int

  public init() {}

  public init(_ parameters: [String], epoch: Int) {
    self.parameters = parameters
    self.epoch = epoch
  }

  public func validate() throws {
    if parameters.isEmpty {
      throw PluginError("give at least one name or pattern", parameter: "parameters")
    }
  }

  public static var selectionName: String { "parameters" }
  public var selection: [String] { parameters }
  public var freezing: Freezing? { Freezing(parameters, until: epoch - 1) }
}
