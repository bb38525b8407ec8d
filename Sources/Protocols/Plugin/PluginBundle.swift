/// A named set of plugins, the unit in which modules offer them.
///
/// ```swift
/// public let plugins = PluginBundle("acme") { Cube.self; Jitter.self }
/// ```
public struct PluginBundle: Sendable {
  /// What configs write before a plugin's name, `acme/cube`.
  public let name: String
  /// Its plugins, of any kinds.
  public let plugins: [any Plugin.Type]

  public init(_ name: String, @PluginListBuilder _ plugins: () -> [any Plugin.Type]) {
    self.name = name
    self.plugins = plugins()
  }
}

@resultBuilder
/// Builds a bundle's list, one plugin type a line.
public enum PluginListBuilder {
  public static func buildExpression(_ plugin: any Plugin.Type) -> [any Plugin.Type] { [plugin] }
  public static func buildBlock(_ parts: [any Plugin.Type]...) -> [any Plugin.Type] {
    parts.flatMap { $0 }
  }
}
