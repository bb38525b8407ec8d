import EspalierProtocols

/// A random matrix with orthogonal rows or columns, all of length gain: it keeps the length of
/// signals exactly, however deep the network.
///
/// The parameter counts as a matrix of its first axis by all others; rows are orthogonal when there
/// are no more of them than columns, else columns. It is Q of a QR factorization of normal values
/// with a positive diagonal of R, which makes every orthogonal matrix equally likely.
public struct Orthogonal: Initializer {
  public static let manifest = Manifest(
    "orthogonal", "gain·Q with QᵀQ = 1 or QQᵀ = 1: a random matrix with orthogonal columns or rows",
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
      guard let base = all.baseAddress else { return }
      for index in 0..<count {
        let vector = base + index * length
        var before = dot(vector, vector, length)
        while true {
          for other in 0..<index {
            let unit = base + other * length
            let product = dot(vector, unit, length)
            for place in 0..<length { vector[place] -= product * unit[place] }
          }
          let after = dot(vector, vector, length)
          // Where most of the vector was taken away, rounding is a large part of the rest: once
          // more.
          if after > 0.25 * before || after == 0 { break }
          before = after
        }
        let square = dot(vector, vector, length)
        let scale = square > 0 ? 1 / square.squareRoot() : 0
        for place in 0..<length { vector[place] *= scale }
      }
    }
  }

  private static func dot(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    // Eight sums side by side, which the processor adds at once.
    var sums = SIMD8<Double>()
    let whole = count / 8 * 8
    for start in stride(from: 0, to: whole, by: 8) {
      for lane in 0..<8 { sums[lane] += a[start + lane] * b[start + lane] }
    }
    return (whole..<count).reduce(sums.sum()) { $0 + a[$1] * b[$1] }
  }
}
