/// A named set of plugins, the unit in which modules offer them.
///
/// ```swift
/// public let plugins = PluginBundle("acme") { Cube.self; Jitter.self }
/// ```
/// A module that is to be used without a program of one's own (`espalier build --with`, `plugins:` in a
/// config) calls its bundle `plugins`.
public struct PluginBundle: Sendable {
  /// What configs write before a plugin's name where two bundles have one of the same name,
  /// `acme/cube`.
  public let name: String
  /// Its plugins, of any kinds.
  public let plugins: [any Plugin.Type]
  /// The module that declares it.
  public let module: String
  /// The package that it came with, where the program was told.
  public private(set) var origin: PluginOrigin?
  /// What else it brings that other modules know the types of, such as checks of configs.
  package var additions: [any Sendable] = []

  /// - Parameters:
  ///   - name: what configs may write before a plugin's name: lower case words joined by underscores.
  ///   - file: left to its default, it tells the module.
  public init(
    _ name: String, file: String = #fileID, @PluginListBuilder _ plugins: () -> [any Plugin.Type]
  ) {
    self.name = name
    self.plugins = plugins()
    module = String(file.prefix { $0 != "/" })
  }

  /// The bundle with the package that it came with, for listings and messages.
  public func from(_ origin: PluginOrigin) -> PluginBundle {
    var result = self
    result.origin = origin
    return result
  }

  /// Where it comes from, for messages: "AcmePlugins 1.0.0 (module Acme)", or the module alone.
  package var provenance: String { PluginOrigin.inWords(origin, module: module) }
}

/// The package that plugins came with.
public struct PluginOrigin: Sendable, Hashable {
  /// The package's name.
  public var package: String
  /// Its version, branch or revision; `nil` for one that is a folder.
  public var version: String?
  /// Where it was taken from: a folder or an address; `nil` for the program's own.
  public var location: String?
  /// In programs that `espalier build` writes, the hash of what the package was built from.
  public var digest: String?

  public init(
    package: String, version: String? = nil, location: String? = nil, digest: String? = nil
  ) {
    self.package = package
    self.version = version
    self.location = location
    self.digest = digest
  }

  /// The package of the framework itself.
  package static let framework = "Espalier"

  /// "AcmePlugins 1.0.0"; the name alone where there is no version.
  public var inWords: String { package + (version.map { " " + $0 } ?? "") }

  static func inWords(_ origin: PluginOrigin?, module: String) -> String {
    origin.map { "\($0.inWords) (module \(module))" } ?? "module \(module)"
  }
}

@resultBuilder
/// Builds a bundle's list, one plugin type a line.
public enum PluginListBuilder {
  public static func buildExpression(_ plugin: any Plugin.Type) -> [any Plugin.Type] { [plugin] }
  public static func buildBlock() -> [any Plugin.Type] { [] }
  public static func buildBlock(_ parts: [any Plugin.Type]...) -> [any Plugin.Type] {
    parts.flatMap { $0 }
  }
}
