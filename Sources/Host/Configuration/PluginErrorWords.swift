import EspalierProtocols
import Foundation

/// What a plugin threw, in words for the user of its config.
struct PluginErrorWords {
  /// One sentence that begins with the plugin's name.
  var message: String
  /// The parameter that is to blame.
  var parameter: String?
  /// What to do about it.
  var remedy: String?

  /// - Parameters:
  ///   - name: what the plugin is called where it stands.
  ///   - entry: where it comes from, if it is one of the catalog's.
  init(_ error: any Error, of name: String, from entry: Catalog.Entry?) {
    switch error {
    case let error as PluginError:
      // Many begin with their name themselves.
      message =
        error.message.hasPrefix(name + " ") ? error.message : "\(name): \(error.message)"
      parameter = error.parameter
      remedy = error.remedy
    default:
      // No complaint to the user, so all that is known is that it failed, and whose it is.
      message = "\(name) failed: \(Self.text(error))"
      let origin = entry.map { " (\($0.provenance))" } ?? ""
      remedy = "check what it is given here; if that is right, the fault is in the plugin\(origin)"
    }
  }

  /// Any error as a sentence: what it says of itself, not how it is stored.
  static func text(_ error: any Error) -> String {
    if let text = (error as? any LocalizedError)?.errorDescription { return text }
    // Foundation's errors print all that they hold, and their descriptions leave out the file.
    if error is CocoaError || error is POSIXError || type(of: error) is NSError.Type {
      let error = error as NSError
      let path = error.userInfo[NSFilePathErrorKey] as? String
      return (path.map { $0 + ": " } ?? "")
        + (error.localizedFailureReason ?? error.localizedDescription)
    }
    return "\(error)"
  }
}

extension RunConfiguration {
  /// What a plugin of this config threw, with its name and place.
  ///
  /// - Parameter path: where the plugin stands in the config.
  func problem(
    _ error: any Error, of plugin: any Plugin, _ code: DiagnosticCode, atPath path: String,
    notes: [Diagnostic.Note] = []
  ) -> ConfigurationProblems {
    let entry = catalog.entry(of: type(of: plugin))
    let name = entry.map(catalog.unambiguousName) ?? plugin.pluginName
    let words = PluginErrorWords(error, of: name, from: entry)
    let full = words.parameter.map { "\(path).\($0)" } ?? path
    return ConfigurationProblems([
      diagnostic(code, words.message, atPath: full, label: words.remedy, notes: notes)
    ])
  }

  /// Gives what a plugin throws its name and its place in the config.
  func naming<Result>(
    _ plugin: any Plugin, _ code: DiagnosticCode, atPath path: String, _ body: () throws -> Result
  ) throws -> Result {
    do { return try body() } catch let known as ConfigurationProblems {
      // The plugin passes on what another one threw.
      throw known
    } catch {
      throw problem(error, of: plugin, code, atPath: path)
    }
  }
}
