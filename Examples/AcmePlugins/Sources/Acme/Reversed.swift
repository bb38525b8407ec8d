import Espalier

/// A series as it is, and read from its other end along the last axis.
struct Reversed: View {
  static let manifest = Manifest(
    "reversed", "a series as it is, and from its other end", sample: "reversed")

  init() {}

  func count(for shape: Shape) -> Int { 2 }

  func show(
    _ sample: UnsafeBufferPointer<Float>, shape: Shape, side: Int,
    to output: UnsafeMutableBufferPointer<Float>
  ) {
    let length = shape.last
    for place in sample.indices {
      let (series, position) = place.quotientAndRemainder(dividingBy: length)
      output[place] = sample[side == 0 ? place : series * length + length - 1 - position]
    }
  }
}
