import EspalierProtocols

extension Evaluation.Array {
  /// Numbers that look random, are always the same, and stay away from kinks.
  ///
  /// Near a kink a finite difference says nothing. Whole and half numbers, where most kinks are, are
  /// avoided anyway.
  ///
  /// - Parameters:
  ///   - range: between which they lie.
  ///   - kinks: further values that none of them is near to.
  ///   - number: others for each number.
  public static func uneven(
    _ shape: Shape, in range: ClosedRange<Double> = -3...3, avoiding kinks: [Double] = [],
    number: Int = 0
  ) -> Evaluation.Array {
    let width = range.upperBound - range.lowerBound
    let margin = 0.02
    return .init(
      shape,
      (0..<shape.count).map { index in
        var share = (Double(index + 1) * 0.618_033_988_749_895 + Double(number) * 0.377)
          .truncatingRemainder(dividingBy: 1)
        // A few steps lead away from any kink.
        for _ in 0..<32 {
          let value = range.lowerBound + width * share
          let near = ([(value * 2).rounded() / 2] + kinks).contains {
            (value - $0).magnitude < margin
          }
          if !near || width < 8 * margin { return value }
          share = (share + 0.171_572_875).truncatingRemainder(dividingBy: 1)
        }
        return range.lowerBound + width * share
      })
  }

  /// Class numbers that look random and are always the same.
  static func classNumbers(_ shape: Shape, below classes: Int) -> Evaluation.Array {
    .init(shape, (0..<shape.count).map { Double(($0 * 7 + 3) % 11 % classes) })
  }

  /// The same numbers in single precision.
  var floats: [Float] { values.map { Float($0) } }
}
