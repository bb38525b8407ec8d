/// A program in the form in which a backend runs it: which nodes run together, in which order, and
/// where each value lies.
public struct Plan: Sendable {
  /// The program as it was rewritten.
  public var program: Program
  /// What runs, in order.
  public var kernels: [Kernel]
  /// For each node, where its value lies contiguously; `nil` for values that stay within a pass, and for
  /// views with gaps or repetitions.
  public var places: [Place?]
  /// Elements of the arena in which all temporary values lie.
  public var arenaCount: Int
  /// The first elements of the arena, which hold nothing between runs: programs of one model may share
  /// them. Outputs lie behind.
  public var scratchCount: Int

  /// - Parameter scratchCount: none unless given.
  public init(
    program: Program, kernels: [Kernel], places: [Place?], arenaCount: Int, scratchCount: Int = 0
  ) {
    self.program = program
    self.kernels = kernels
    self.places = places
    self.arenaCount = arenaCount
    self.scratchCount = scratchCount
  }
}

/// Where a value lies.
public enum Place: Sendable, Hashable {
  /// Elements into the arena.
  case arena(Int)
  /// As bfloat16 in the arena: elements of 16 bits into it.
  case shortArena(Int)
  /// In a variable, from an element on.
  case variable(Int, offset: Int)
  /// In the caller's memory for an input, from an element on.
  case input(Int, offset: Int)

  /// Whether elements are bfloat16.
  public var isShort: Bool {
    if case .shortArena = self { return true }
    return false
  }

  /// The place some elements further on.
  public func advanced(by count: Int) -> Place {
    switch self {
    case .arena(let start): .arena(start + count)
    case .shortArena(let start): .shortArena(start + count)
    case .variable(let id, let offset): .variable(id, offset: offset + count)
    case .input(let slot, let offset): .input(slot, offset: offset + count)
    }
  }
}

/// Work that runs as one.
public enum Kernel: Sendable {
  /// One primitive on its own; its operands lie contiguously.
  case primitive(Int)
  /// A maximum pool together with the taps that its gradient needs.
  case maxPool(Int, taps: Int)
  /// Element-wise nodes and reductions in one pass.
  case fused(FusedGroup)
  /// A matrix product or convolution whose result goes through element-wise nodes block by block.
  case product(Int, epilogue: FusedGroup)
  /// Zeros into runs of the arena: (first element, count).
  case clear([Range<Int>])
  /// A value copied to a place.
  case copy(Int, to: Place)
}

/// Element-wise nodes with broadcasts and reductions, computed in one pass over three axes.
public struct FusedGroup: Sendable {
  /// A value in memory with the distance between neighbours along the three axes; 0 repeats it.
  public struct Access: Sendable, Hashable {
    /// The node whose value is read or written.
    public var value: Int
    /// The node whose memory holds it: `value`, or what `value` is a view of.
    public var source: Int
    /// Elements into that memory.
    public var offset: Int
    /// Distances along the three axes.
    public var strides: [Int]

    public init(value: Int, source: Int, offset: Int, strides: [Int]) {
      self.value = value
      self.source = source
      self.offset = offset
      self.strides = strides
    }
  }

  /// Which elements a reduction joins, and so when its result is there.
  public enum Extent: Sendable, Hashable {
    /// The last axis: nodes that follow can use it at once.
    case row
    /// The two first axes: one result a column, complete when the pass is.
    case column
    /// Everything.
    case all
    /// Everything, of a value that is there once a row.
    case rows
  }

  /// Extents (d0, d1, d2).
  public var space: [Int]
  /// In order; constants and views are not among them.
  public var nodes: [Int]
  /// Values that come from memory.
  public var reads: [Access]
  /// Values that go to memory.
  public var writes: [Access]
  /// Which elements each reduction joins.
  public var reductions: [Int: Extent]
  /// Operands that are views of a value computed here: which value they stand for.
  public var aliases: [Int: Int]
  /// For random nodes: the distance between neighbours in the numbering of their elements.
  public var numbering: [Int: [Int]]
  /// For index nodes: which of the three axes they count.
  public var counted: [Int: Int]

  public init(
    space: [Int], nodes: [Int], reads: [Access], writes: [Access], reductions: [Int: Extent] = [:],
    aliases: [Int: Int] = [:], numbering: [Int: [Int]] = [:], counted: [Int: Int] = [:]
  ) {
    self.space = space
    self.nodes = nodes
    self.reads = reads
    self.writes = writes
    self.reductions = reductions
    self.aliases = aliases
    self.numbering = numbering
    self.counted = counted
  }
}
