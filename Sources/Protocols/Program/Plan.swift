/// A program in the form in which a backend runs it: which nodes run together, in which order, and
/// where each value lies.
public struct Plan: Sendable {
  public var program: Program
  public var kernels: [Kernel]
  /// For each node, where its value lies; `nil` for values that no kernel writes.
  public var places: [Place?]
  /// Elements of the arena in which all temporary values lie.
  public var arenaCount: Int

  public init(program: Program, kernels: [Kernel], places: [Place?], arenaCount: Int) {
    self.program = program
    self.kernels = kernels
    self.places = places
    self.arenaCount = arenaCount
  }
}

/// Where a value lies.
public enum Place: Sendable, Hashable {
  /// Elements into the arena.
  case arena(Int)
  /// In a variable, from an element on.
  case variable(Int, offset: Int)
  /// In the caller's memory for this input.
  case input(Int)
}

/// Nodes that run as one.
public struct Kernel: Sendable {
  public enum Work: Sendable {
    /// One primitive on its own.
    case primitive(Int)
    /// Element-wise nodes and reductions over one iteration space.
    case fused(FusedGroup)
    /// A matrix product or convolution whose result goes through element-wise work, block by block.
    case product(Int, epilogue: FusedGroup)
    /// Zeros into a run of the arena or a variable.
    case clear(Place, count: Int)
  }
  public var work: Work
  public init(_ work: Work) { self.work = work }
}

/// Element-wise nodes with broadcasts and reductions that are computed in one pass over (d0, d1, d2).
public struct FusedGroup: Sendable {
  /// A value read from or written to memory with its distance between neighbours along the three axes.
  public struct Access: Sendable, Hashable {
    public var node: Int
    public var strides: [Int]
    public init(node: Int, strides: [Int]) {
      self.node = node
      self.strides = strides
    }
  }
  /// What happens to a reduction's result.
  public enum ReductionAxis: Sendable, Hashable {
    /// Over d2: usable at once by the nodes that follow.
    case row
    /// Over d0 and d1: one result a column, complete when the pass is.
    case column
    /// Over everything.
    case all
  }
  public var space: [Int]
  /// In order.
  public var nodes: [Int]
  public var reads: [Access]
  public var writes: [Access]
  public var reductions: [Int: ReductionAxis]

  public init(
    space: [Int], nodes: [Int], reads: [Access], writes: [Access],
    reductions: [Int: ReductionAxis] = [:]
  ) {
    self.space = space
    self.nodes = nodes
    self.reads = reads
    self.writes = writes
    self.reductions = reductions
  }
}
