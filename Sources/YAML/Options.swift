extension YAML {
  /// What a reader may choose beyond the rules of YAML 1.2.
  public struct Options: Sendable, Hashable {
    /// Whether a key may be written twice in a mapping; the specification forbids it.
    public var allowsDuplicateKeys: Bool
    /// Whether `<<: *base` takes over the entries of another mapping; YAML 1.1 had it.
    public var resolvesMergeKeys: Bool

    /// Keys are unique, and merge keys are resolved.
    public static let standard = Options()

    public init(allowsDuplicateKeys: Bool = false, resolvesMergeKeys: Bool = true) {
      self.allowsDuplicateKeys = allowsDuplicateKeys
      self.resolvesMergeKeys = resolvesMergeKeys
    }
  }
}
