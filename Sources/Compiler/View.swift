import EspalierProtocols

/// A node's elements as they lie in another node's memory.
struct View {
  /// The node that has memory of its own.
  var source: Int
  var offset: Int
  /// Elements between neighbours along each axis of the viewed node's shape; 0 repeats.
  var strides: [Int]

  /// Follows reshapes, broadcasts and slices down to what they show. A permutation counts as a value of
  /// its own: reading across memory costs more than moving it once.
  static func of(_ node: Int, in program: Program) -> View {
    let shape = program.nodes[node].shape
    let own = View(source: node, offset: 0, strides: shape.strides)
    guard let input = program.nodes[node].inputs.first else { return own }
    switch program.nodes[node].primitive {
    case .broadcast:
      var view = View.of(input, in: program)
      for axis in view.strides.indices where program.nodes[input].shape[axis] != shape[axis] {
        view.strides[axis] = 0
      }
      return view
    case .slice(let starts, let steps):
      var view = View.of(input, in: program)
      for axis in view.strides.indices {
        view.offset += starts[axis] * view.strides[axis]
        view.strides[axis] *= steps[axis]
      }
      return view
    case .reshape:
      let view = View.of(input, in: program)
      guard let strides = view.strides(from: program.nodes[input].shape, to: shape) else {
        return own
      }
      return View(source: view.source, offset: view.offset, strides: strides)
    default: return own
    }
  }

  func isContiguous(_ shape: Shape) -> Bool {
    zip(zip(shape.dimensions, strides), shape.strides).allSatisfy { $0.0 == 1 || $0.1 == $1 }
  }

  /// The same elements under another shape of as many, if strides can say it.
  private func strides(from old: Shape, to new: Shape) -> [Int]? {
    if old.count == 0 { return new.strides }
    var space = Space(old.dimensions)
    guard space.refine(by: new.dimensions, inner: 1),
      let fine = space.strides(of: old.dimensions, strides, inner: 1)
    else { return nil }
    // Each new axis is a run of refined ones, which must follow each other evenly.
    var result = [Int](repeating: 0, count: new.rank)
    var position = space.extents.count
    for axis in new.dimensions.indices.reversed() where new[axis] > 1 {
      var covered = 1
      var stride: Int?
      while covered < new[axis] {
        position -= 1
        if let stride, fine[position] != stride * covered { return nil }
        if stride == nil { stride = fine[position] }
        covered *= space.extents[position]
      }
      result[axis] = stride ?? 0
    }
    return result
  }
}

/// An iteration space cut so finely that each axis of several shapes is a run of its extents.
struct Space {
  /// Outermost first, none of them one.
  private(set) var extents: [Int]

  init(_ dimensions: [Int]) { extents = dimensions.filter { $0 > 1 } }

  var count: Int { extents.reduce(1, *) }

  /// Products of the innermost extents, from 1 to the whole.
  private static func edges(_ dimensions: [Int], inner: Int) -> [Int] {
    var edges = [inner]
    for extent in dimensions.reversed() where extent > 1 { edges.append(edges.last! * extent) }
    return edges
  }

  /// Cuts the space so that `dimensions`, each element of which covers `inner` of the space, fit.
  /// - Returns: false when no cut serves both.
  mutating func refine(by dimensions: [Int], inner: Int) -> Bool {
    let own = Self.edges(extents, inner: 1)
    let all = Set(own + Self.edges(dimensions, inner: inner)).sorted()
    var result: [Int] = []
    for (low, high) in zip(all, all.dropFirst()) {
      guard high % low == 0 else { return false }
      result.append(high / low)
    }
    guard all.last == own.last else { return false }
    extents = result.reversed()
    return true
  }

  /// Strides over the space's extents for a value with strides over its own dimensions.
  func strides(of dimensions: [Int], _ strides: [Int], inner: Int) -> [Int]? {
    var result = [Int](repeating: 0, count: extents.count)
    var position = extents.count
    var covered = 1
    while covered < inner {
      position -= 1
      guard position >= 0 else { return nil }
      covered *= extents[position]
    }
    guard covered == inner else { return nil }
    for axis in dimensions.indices.reversed() where dimensions[axis] > 1 {
      var within = 1
      while within < dimensions[axis] {
        position -= 1
        guard position >= 0 else { return nil }
        result[position] = strides[axis] * within
        within *= extents[position]
      }
      guard within == dimensions[axis] else { return nil }
    }
    return result
  }

  /// Row-major strides of a value of which each element covers `inner` of the space.
  func rowMajor(inner: Int) -> [Int]? {
    var result = [Int](repeating: 0, count: extents.count)
    var covered = 1
    var stride = 1
    for position in extents.indices.reversed() {
      if covered >= inner {
        guard covered % inner == 0 else { return nil }
        result[position] = stride
        stride *= extents[position]
      }
      covered *= extents[position]
    }
    return result
  }

  /// The fewest axes over which all of these strides can still be told, at most three.
  ///
  /// - Parameters:
  ///   - edge: a product of innermost extents that must stay a boundary, with one axis inside of it.
  /// - Returns: extents (d0, d1, d2) and the strides for each; `nil` when three axes are too few.
  func collapsed(_ lists: [[Int]], edge: Int?) -> (extents: [Int], strides: [[Int]])? {
    var outer: [(extent: Int, strides: [Int])] = []
    var covered = 1
    var insideEdge = 0
    for position in extents.indices.reversed() {
      let here = lists.map { $0[position] }
      let atEdge = covered == edge
      if atEdge { insideEdge = outer.count }
      if let last = outer.last, !atEdge,
        zip(last.strides, here).allSatisfy({ $1 == $0 * last.extent })
      {
        outer[outer.count - 1].extent *= extents[position]
      } else {
        outer.append((extents[position], here))
      }
      covered *= extents[position]
    }
    if covered == edge { insideEdge = outer.count }
    if let edge {
      guard insideEdge <= 1 else { return nil }
      // A boundary of one element: an axis of extent one stands inside of it.
      if edge == 1 { outer.insert((1, lists.map { _ in 0 }), at: 0) }
    }
    guard outer.count <= 3 else { return nil }
    while outer.count < 3 { outer.append((1, lists.map { _ in 0 })) }
    outer.reverse()
    return (outer.map(\.extent), lists.indices.map { list in outer.map { $0.strides[list] } })
  }
}
