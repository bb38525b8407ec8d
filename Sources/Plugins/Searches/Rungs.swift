/// How long trials train before the worse ones of them are left behind.
struct Rungs {
  /// Epochs in all at each rung, growing to all that the config has.
  let epochs: [Int]
  private let factor: Double

  /// r_k = max(least, round(R · η^(k − K))), k = 0 … K, with K the largest for which R · η^(−K) ≥ least.
  ///
  /// - Parameters:
  ///   - least: epochs of the first rung, no fewer.
  ///   - most: R, those of the last.
  ///   - factor: η, how many times longer a rung is than the one before.
  init(least: Int, most: Int, factor: Double) {
    self.factor = factor
    var epochs: [Int] = []
    var length = Double(most)
    // A rounding error must not cost a rung: 81 / 3⁴ is to be 1.
    while length >= Double(least) * (1 - 1e-9) {
      epochs.append(max(least, Int(length.rounded())))
      length /= factor
    }
    self.epochs = epochs.isEmpty ? [most] : Array(Set(epochs)).sorted()
  }

  /// Of so many trials at the first rung, those that reach another: ⌊n · η^(−k)⌋, at least one.
  func count(_ first: Int, at rung: Int) -> Int {
    var count = Double(first)
    for _ in 0..<rung { count /= factor }
    return max(1, Int(count + 1e-9))
  }

  /// A number of the first rungs left out.
  func dropping(_ count: Int) -> Rungs { Rungs(Array(epochs.dropFirst(count)), factor) }

  private init(_ epochs: [Int], _ factor: Double) {
    self.epochs = epochs
    self.factor = factor
  }
}
