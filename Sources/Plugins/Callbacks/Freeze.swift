import EspalierProtocols

/// Keeps parameters as they are in some epochs: what is already good is not trained on.
///
/// Frozen parameters get no gradient, no weight decay and no change of the optimizer's state, and the
/// backward pass of layers below which nothing is trained is left out. When they thaw, the optimizer goes
/// on from its own state of them, with its own count of their updates. Running statistics of frozen layers
/// still move.
///
/// Patterns fit a parameter's name, `dense_1.weight`, or its layer's, `dense_1`; one that fits none is a
/// mistake, and so is an epoch in which nothing is trained. Several such callbacks freeze what any of them
/// names. See `unfreeze` for the same from the other end, and `only` for the whole run.
public struct Freeze: Callback, ParameterSelecting {
  public static let manifest = Manifest(
    "freeze", "keeps parameters as they are in some epochs",
    sample: "{freeze: {parameters: [dense_1], from: 1, until: 2}}")

  @Parameter("names of layers or parameters, with `*` for any characters")
  public var parameters: [String]
  @Parameter("the first epoch in which they are frozen", in: 1..., unit: "epochs")
  public var from: Int = 1
  @Parameter("the last such epoch; null for that of the run", in: 1..., unit: "epochs")
  public var until: Int?

  public init() {}

  public init(_ parameters: [String], from: Int = 1, until: Int? = nil) {
    self.parameters = parameters
    self.from = from
    self.until = until
  }

  public func validate() throws {
    if parameters.isEmpty {
      throw PluginError("give at least one name or pattern", parameter: "parameters")
    }
    if let until, until < from {
      throw PluginError("`until` must not be before `from`, \(from)", parameter: "until")
    }
  }

  public static var selectionName: String { "parameters" }
  public var selection: [String] { parameters }
  public var freezing: Freezing? { Freezing(parameters, from: from, until: until) }
}
