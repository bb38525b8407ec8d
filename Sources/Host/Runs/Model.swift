import EspalierProtocols

/// The layers of a run in Swift, from input to output.
///
/// ```swift
/// Model {
///   Dense(128, initializer: HeNormal())
///   ReLU()
///   for _ in 0..<depth { Dense(64, activation: ReLU()) }
///   Dense(10).named("head")
/// }
/// ```
public struct Model: Sendable {
  let parts: [LayerPart]

  public init(@ModelBuilder _ layers: () throws -> [LayerPart]) rethrows { parts = try layers() }

  /// A model of layers that are made elsewhere.
  public init(
    _ layers: [any Layer], file: String = #fileID, line: Int = #line, column: Int = #column
  ) {
    let place = ConfigPlace(file: file, line: line, column: column)
    parts = layers.map { LayerPart(layer: $0, place: place) }
  }

  /// The layers, from input to output.
  public var layers: [any Layer] { parts.map(\.layer) }
}

/// Builds a list of layers, one a line; an activation is a layer of its own.
@resultBuilder
public enum ModelBuilder {
  public static func buildExpression(
    _ layer: (any Layer)?, file: String = #fileID, line: Int = #line, column: Int = #column
  ) -> [LayerPart] {
    guard let layer else { return [] }
    return [LayerPart(layer: layer, place: ConfigPlace(file: file, line: line, column: column))]
  }
  public static func buildExpression(
    _ activation: (any Activation)?, file: String = #fileID, line: Int = #line,
    column: Int = #column
  ) -> [LayerPart] {
    buildExpression(
      activation.map { ActivationLayer($0) }, file: file, line: line, column: column)
  }
  /// Layers of another function that builds some.
  public static func buildExpression(_ layers: [LayerPart]) -> [LayerPart] { layers }

  @available(*, unavailable, message: "give the initializer to a layer: Dense(64, initializer: …)")
  public static func buildExpression(_ initializer: (any Initializer)?) -> [LayerPart] { [] }

  public static func buildBlock(_ parts: [LayerPart]...) -> [LayerPart] { parts.flatMap { $0 } }
  public static func buildOptional(_ parts: [LayerPart]?) -> [LayerPart] { parts ?? [] }
  public static func buildEither(first parts: [LayerPart]) -> [LayerPart] { parts }
  public static func buildEither(second parts: [LayerPart]) -> [LayerPart] { parts }
  public static func buildArray(_ parts: [[LayerPart]]) -> [LayerPart] { parts.flatMap { $0 } }
  public static func buildLimitedAvailability(_ parts: [LayerPart]) -> [LayerPart] { parts }
}

extension Activation {
  /// This activation as a layer under a name, by which its weights, if it has any, are saved.
  public func named(_ name: String) -> Named { ActivationLayer(self).named(name) }
}
