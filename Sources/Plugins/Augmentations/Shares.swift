import EspalierProtocols

extension CounterRandom {
  /// A share from the symmetric Beta(α, α) distribution: the first of two gamma numbers over their sum.
  mutating func share(_ alpha: Float) -> Float {
    let (a, b) = (logarithmOfGamma(alpha), logarithmOfGamma(alpha))
    // As logarithms, since both may be too small for numbers when α is.
    return Float(1 / (1 + _exp(b - a)))
  }

  /// The logarithm of a gamma-distributed number (Marsaglia and Tsang, 2000).
  private mutating func logarithmOfGamma(_ shape: Float) -> Double {
    let boost = shape < 1
    let d = Double(boost ? shape + 1 : shape) - 1 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = Double(normal())
      let v = 1 + c * x
      guard v > 0 else { continue }
      let cube = v * v * v
      // Above zero, which has no logarithm.
      let u = 1 - Double(uniform())
      guard _log(u) < x * x / 2 + d - d * cube + d * _log(cube) else { continue }
      let result = _log(d * cube)
      return boost ? result + _log(1 - Double(uniform())) / Double(shape) : result
    }
  }
}
