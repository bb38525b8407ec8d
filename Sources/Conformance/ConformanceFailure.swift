/// What a plugin does otherwise than its kind promises: the one error that all checks throw.
///
/// Its text says where, what was found and what was expected:
/// `cube: gradient of x[3] is 0.5, finite differences give 0.25`.
public struct ConformanceFailure: Error, CustomStringConvertible, Sendable {
  /// The plugin's name.
  public let plugin: String
  /// Where, what was found, what was expected.
  public let message: String

  public init(_ plugin: String, _ message: String) {
    self.plugin = plugin
    self.message = message
  }

  public var description: String { "\(plugin): \(message)" }
}

/// Runs a part of a check, so that whatever it throws becomes a failure of the plugin.
///
/// - Parameter part: what was checked, for the message: "in training", "with 2 threads".
func checking<Result>(
  _ plugin: String, _ part: String = "", _ body: () throws -> Result
) throws -> Result {
  do { return try body() } catch {
    if let failure = error as? ConformanceFailure {
      guard !part.isEmpty, !failure.message.hasSuffix(part) else { throw failure }
      throw ConformanceFailure(failure.plugin, "\(failure.message), \(part)")
    }
    throw ConformanceFailure(plugin, "\(error)" + (part.isEmpty ? "" : ", \(part)"))
  }
}

/// Those of some inputs that a plugin accepts.
///
/// - Throws: the plugin's complaints when it accepts none.
func accepted<Input>(
  _ inputs: [Input], by plugin: String, _ trial: (Input) throws -> Void
) throws -> [Input] {
  var complaints: [String] = []
  let taken = inputs.filter { input in
    do {
      try trial(input)
      return true
    } catch {
      complaints.append("\(error)")
      return false
    }
  }
  guard taken.isEmpty else { return taken }
  throw ConformanceFailure(
    plugin,
    "takes none of the inputs that were tried; give the check one that suits. It said: "
      + complaints.joined(separator: "; "))
}
