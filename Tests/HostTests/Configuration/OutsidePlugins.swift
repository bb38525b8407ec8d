import EspalierProtocols

// Plugins of another package than those of `TestPlugins.swift`, one of them under a name that is taken.

struct AcmeSoftmax: Activation {
  static let manifest = Manifest("softmax", "exp x / Σ exp x, with a temperature")
  @Parameter("divides x", in: Bounds.positive) var temperature: Float = 1
  func callAsFunction(_ x: Tensor) -> Tensor { x }
}

struct AcmeGate: Layer {
  enum Mode: String, Choice { case open, shut }
  static let manifest = Manifest("gate", "x · sigmoid(W x)", sample: "gate: {width: 8}")
  @Parameter("outputs of the gate", in: 1...) var width: Int
  @Parameter("how it begins") var mode: Mode = .open
  @Parameter("share that is let through at least", in: 0..<1) var leak = 0.0
  func validate() throws {
    if mode == .shut && leak == 0 {
      throw PluginError(
        "a gate that is shut lets nothing through", parameter: "mode",
        remedy: "give `leak` a value above 0, or begin `open`")
    }
  }
  func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor { x }
}

/// Throws an error that is not of the plugins' own type.
struct AcmeRemote: Initializer {
  enum Trouble: Error { case noAnswer(port: Int) }
  static let manifest = Manifest("remote", "asks a server")
  func validate() throws { throw Trouble.noAnswer(port: 80) }
  func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] { [] }
}

let outsideBundle = PluginBundle("acme") {
  AcmeSoftmax.self
  AcmeGate.self
  AcmeRemote.self
}.from(PluginOrigin(package: "AcmePlugins", version: "1.0.0"))
