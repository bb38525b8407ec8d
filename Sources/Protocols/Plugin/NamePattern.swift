/// A name with `*` for any run of characters: `conv*`, `*.bias`.
public struct NamePattern: Sendable {
  private let parts: [Substring]

  /// - Parameter text: `*` stands for any characters, none among them.
  public init(_ text: String) {
    parts = text.split(separator: "*", omittingEmptySubsequences: false)
  }

  /// Whether the whole name fits.
  public func matches(_ name: String) -> Bool {
    guard parts.count > 1 else { return name == parts[0] }
    guard name.hasPrefix(parts[0]) else { return false }
    var rest = name.dropFirst(parts[0].count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(parts.last!)
  }
}
