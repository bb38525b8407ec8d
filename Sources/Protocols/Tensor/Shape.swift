/// The extents of a tensor, outermost first; `[]` is a single number.
public struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The extents.
  public var dimensions: [Int]

  public init(_ dimensions: [Int]) { self.dimensions = dimensions }
  public init(arrayLiteral elements: Int...) { dimensions = elements }

  /// Number of axes.
  public var rank: Int { dimensions.count }
  /// Number of elements.
  public var count: Int { dimensions.reduce(1, *) }
  /// The last extent; 1 for a single number.
  public var last: Int { dimensions.last ?? 1 }

  /// An extent; negative axes count from the end.
  public subscript(axis: Int) -> Int {
    get { dimensions[axis < 0 ? axis + rank : axis] }
    set { dimensions[axis < 0 ? axis + rank : axis] = newValue }
  }

  public var description: String { "[" + dimensions.map(String.init).joined(separator: "×") + "]" }

  /// Distance in elements between neighbours along each axis, row-major.
  public var strides: [Int] {
    var result = [Int](repeating: 1, count: rank)
    for axis in dimensions.indices.dropLast().reversed() {
      result[axis] = result[axis + 1] * dimensions[axis + 1]
    }
    return result
  }

  /// The shape that both broadcast to, aligned at the last axis; `nil` when they do not fit.
  public static func broadcast(_ a: Shape, _ b: Shape) -> Shape? {
    let rank = max(a.rank, b.rank)
    var result = [Int](repeating: 1, count: rank)
    for axis in 0..<rank {
      let fromEnd = rank - axis
      let left = fromEnd <= a.rank ? a.dimensions[a.rank - fromEnd] : 1
      let right = fromEnd <= b.rank ? b.dimensions[b.rank - fromEnd] : 1
      guard left == right || left == 1 || right == 1 else { return nil }
      result[axis] = left == 1 ? right : left
    }
    return Shape(result)
  }
}
