import EspalierProtocols

/// A random matrix with orthogonal rows or columns, all of length gain: it keeps the length of signals
/// exactly, however deep the network.
///
/// The parameter counts as a matrix of its first axis by all others; rows are orthogonal when there
/// are no more of them than columns, else columns. It is Q of a QR factorization of normal values
/// with a positive diagonal of R, which makes every orthogonal matrix equally likely.
public struct Orthogonal: Initializer {
  public static let manifest = Manifest(
    "orthogonal", "a random matrix with orthogonal rows or columns of length gain",
    paper: "Saxe, McClelland and Ganguli, 2014")

  @Parameter("length of the rows or columns, a factor for the activation", in: Bounds.positive)
  public var gain: Float = 1

  public init() {}
  public init(gain: Float) { self.gain = gain }

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) throws
    -> [Float]
  {
    let shape = parameter.shape
    guard shape.rank >= 2 else {
      throw PluginError(
        "orthogonal fills matrices and filters; `\(parameter.name)` \(shape) has one axis only")
    }
    let rows = shape[0]
    let columns = shape.count / max(rows, 1)
    let count = min(rows, columns)
    let length = max(rows, columns)
    var vectors = (0..<count * length).map { _ in Double(random.normal()) }
    Self.orthonormalize(&vectors, count: count, length: length)
    var result = [Float](repeating: 0, count: rows * columns)
    for vector in 0..<count {
      for place in 0..<length {
        let value = Float(vectors[vector * length + place]) * gain
        result[rows <= columns ? vector * columns + place : place * columns + vector] = value
      }
    }
    return result
  }

  /// Gram and Schmidt: makes each vector orthogonal to those before it, and of length one.
  ///
  /// - Parameter vectors: count × length, independent of each other.
  package static func orthonormalize(_ vectors: inout [Double], count: Int, length: Int) {
    vectors.withUnsafeMutableBufferPointer { all in
      for index in 0..<count {
        let vector = UnsafeMutableBufferPointer(
          rebasing: all[index * length..<(index + 1) * length])
        // The second pass removes what rounding has left of the first.
        for _ in 0..<2 {
          for other in 0..<index {
            let unit = UnsafeMutableBufferPointer(
              rebasing: all[other * length..<(other + 1) * length])
            var product = 0.0
            for place in 0..<length { product += vector[place] * unit[place] }
            for place in 0..<length { vector[place] -= product * unit[place] }
          }
        }
        var square = 0.0
        for value in vector { square += value * value }
        let scale = square > 0 ? 1 / square.squareRoot() : 0
        for place in 0..<length { vector[place] *= scale }
      }
    }
  }
}
