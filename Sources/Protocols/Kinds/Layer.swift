/// A part of a model, recorded: write the forward function, its gradient follows.
public protocol Layer: Plugin {
  /// - Parameters:
  ///   - x: the batch; axis 0 counts samples. Images are [n, channel, row, column].
  ///   - scope: gives the layer its parameters, running statistics and random numbers.
  /// - Throws: ``PluginError`` when the input cannot be right; mistakes in shapes need no throw, they
  ///   are found by the tensor operations.
  func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor

  /// Whether the layers of its lists stand side by side over one input; else they follow one another.
  var hasBranches: Bool { get }
}

extension Layer {
  public var hasBranches: Bool { false }
}

/// A layer with a name of the user's choice: `dense: {units: 10, name: head}`.
public struct Named: Layer, SelfDescribing {
  public static let manifest = Manifest("named", "a layer under a name of its own")
  /// The name under which it records.
  public private(set) var name = ""
  /// What it stands for.
  public private(set) var layer: any Layer = Unnamed()

  public init() {}
  public init(_ name: String, _ layer: any Layer) {
    self.name = name
    self.layer = layer
  }
  public var pluginName: String { layer.pluginName }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try layer(x, in: scope)
  }

  var configValue: ConfigValue {
    var entries: [ConfigValue.Entry] = []
    if case .table(let outer) = Schema.describe(layer), case .table(let inner)? = outer.first?.value
    {
      entries = inner
    }
    return .table([.init(layer.pluginName, .table(entries + [.init("name", .text(name))]))])
  }
}

extension Layer {
  /// This layer under a name, by which its weights are saved.
  public func named(_ name: String) -> Named { Named(name, self) }
}

/// Stands where no layer is yet.
struct Unnamed: Layer {
  static let manifest = Manifest("unnamed", "passes its input")
  func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor { x }
}

/// An activation as a layer of its own: `- relu` in a model.
public struct ActivationLayer: Layer, SelfDescribing {
  public static let manifest = Manifest("activation", "an activation as a layer")
  /// What it applies.
  public private(set) var activation: any Activation = PassThrough()

  public init() {}
  public init(_ activation: any Activation) { self.activation = activation }
  public var pluginName: String { activation.pluginName }

  public func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor { activation(x) }
  var configValue: ConfigValue { Schema.describe(activation) }
}

struct PassThrough: Activation {
  static let manifest = Manifest("pass_through", "x")
  func callAsFunction(_ x: Tensor) -> Tensor { x }
}
