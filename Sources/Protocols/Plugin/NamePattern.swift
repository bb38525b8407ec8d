/// A name with `*` for any run of characters: `conv*`, `*.bias`.
public struct NamePattern: Sendable {
  private let parts: [Substring]

  /// - Parameter text: `*` stands for any characters, none among them.
  public init(_ text: String) {
    parts = text.split(separator: "*", omittingEmptySubsequences: false)
  }

  /// Whether any of some patterns fits a parameter, by its own name or its layer's.
  ///
  /// - Parameter parameter: `dense_1.weight`; its layer is `dense_1`.
  public static func any(of patterns: [String], fits parameter: String) -> Bool {
    let layer = parameter.split(separator: ".").dropLast().joined(separator: ".")
    return patterns.contains {
      let pattern = NamePattern($0)
      return pattern.matches(parameter) || pattern.matches(layer)
    }
  }

  /// Whether the whole name fits.
  public func matches(_ name: String) -> Bool { captures(name) != nil }

  /// What each `*` stands for, from the left; `nil` for a name that does not fit.
  package func captures(_ name: String) -> [Substring]? {
    guard parts.count > 1 else { return name == parts[0] ? [] : nil }
    guard name.hasPrefix(parts[0]) else { return nil }
    var rest = name.dropFirst(parts[0].count)
    var result: [Substring] = []
    for part in parts.dropFirst().dropLast() {
      guard let found = part.isEmpty ? rest.startIndex..<rest.startIndex : rest.firstRange(of: part)
      else { return nil }
      result.append(rest[..<found.lowerBound])
      rest = rest[found.upperBound...]
    }
    guard rest.hasSuffix(parts.last!) else { return nil }
    result.append(rest.dropLast(parts.last!.count))
    return result
  }
}

/// A plugin that acts on the parameters that patterns name. A pattern that fits none is a mistake, which
/// is found when the model is built.
public protocol ParameterSelecting: Plugin {
  /// The parameter of the plugin that holds the patterns.
  static var selectionName: String { get }
  /// Patterns of layers or parameters.
  var selection: [String] { get }
}
