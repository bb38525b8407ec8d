/// Something the host finds by name and composes into a run.
///
/// A plugin is one struct. Its ``manifest`` names it, its `@Parameter` and `@Component` properties are
/// its schema: they fill it from a config, describe it in listings and reject what does not fit.
///
/// A plugin's life: `init()` (cheap, no resources) → its properties are filled → ``validate()`` →
/// used as its kind says. Plugins are values: whatever is opened or allocated is returned by a method
/// of the kind and owned by the host.
public protocol Plugin: Sendable {
  /// Name, one-line summary and source of the technique.
  static var manifest: Manifest { get }

  /// The name under which the plugin is written in a config: the manifest's, but for wrappers, which
  /// stand for the plugin within.
  var pluginName: String { get }

  /// A plugin with every default in place. Required parameters are filled before it is used.
  init()

  /// Checks what no single parameter's range can express, such as `low < high`.
  ///
  /// Runs after all properties are filled and before anything of the run starts.
  /// - Throws: ``PluginError``, whose `parameter` tells where in the config the problem stands.
  func validate() throws
}

extension Plugin {
  /// Nothing to check.
  public func validate() throws {}

  /// The manifest's name.
  public var pluginName: String { Self.manifest.name }
}

/// A plugin's complaint, in words for its user; the host adds the plugin's name and the place in the
/// config.
public struct PluginError: Error, CustomStringConvertible, Sendable {
  /// One clear sentence: what is wrong, and what would be right.
  public var message: String
  /// The parameter that is to blame, as written in a config; `nil` when no single one is.
  public var parameter: String?
  /// What the user can do about it, where the message does not say so: "give `path` a file of images".
  public var remedy: String?

  public init(_ message: String, parameter: String? = nil, remedy: String? = nil) {
    self.message = message
    self.parameter = parameter
    self.remedy = remedy
  }

  public var description: String {
    (parameter.map { "\($0): \(message)" } ?? message) + (remedy.map { "; \($0)" } ?? "")
  }
}
