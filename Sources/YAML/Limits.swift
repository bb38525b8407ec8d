extension YAML {
  /// How large a text may be before it is refused; a text from elsewhere cannot eat the machine.
  public struct Limits: Sendable, Hashable {
    /// The deepest that collections may be nested; never more than `deepestNesting`.
    public var nesting: Int
    /// The largest text in bytes; never more than 2 GB.
    public var bytes: Int
    /// The most nodes that may be written in one document.
    public var nodes: Int
    /// The most nodes that a document may stand for once every alias is replaced by its target.
    public var expandedNodes: Int

    /// Whoever walks a tree descends once for each level, so a larger `nesting` counts as this.
    public static let deepestNesting = 500

    /// 200 levels, 64 MB, a million nodes written and a million expanded.
    public static let standard = Limits()

    public init(
      nesting: Int = 200, bytes: Int = 64 << 20, nodes: Int = 1_000_000,
      expandedNodes: Int = 1_000_000
    ) {
      self.nesting = nesting
      self.bytes = bytes
      self.nodes = nodes
      self.expandedNodes = expandedNodes
    }

    /// The nesting in force.
    var boundedNesting: Int { min(nesting, Limits.deepestNesting) }
    /// The size in force: offsets are kept in 32 bits.
    var boundedBytes: Int { min(bytes, 1 << 31) }
  }
}
