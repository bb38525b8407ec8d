import EspalierProtocols

/// Nodes that are to run in one pass, while the group is being formed.
struct Group {
  /// How many elements of the space one element of a member covers: 1, a row, or everything.
  var inner: [Int: Int] = [:]
  /// In the order of the program.
  var members: [Int] = []
  var space: Space
  /// Length of a row, once a member needs rows.
  var columns: Int?
  var reductions: [Int: FusedGroup.Extent] = [:]

  init(_ shape: Shape) { space = Space(shape.dimensions) }

  var count: Int { space.count }
  /// Whether the value is there while the pass runs.
  func isRegister(_ node: Int) -> Bool {
    guard inner[node] != nil else { return false }
    return reductions[node] == nil || reductions[node] == .row
  }

  /// The boundary that the collapsed space must keep.
  var edge: Int? { columns }
}
