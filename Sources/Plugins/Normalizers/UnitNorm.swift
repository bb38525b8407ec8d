import EspalierProtocols

/// x / ‖x‖ for each sample, so that only its direction counts; a zero sample stays zero.
///
/// Nothing is fitted: a sample is changed by its own numbers. Same as scikit-learn's `normalize`. Shape
/// unchanged. Cannot be undone.
public struct UnitNorm: Normalizer {
  /// Sum of magnitudes, root of the sum of squares, or greatest magnitude.
  public enum Norm: String, Choice, Sendable { case l1, l2, max }

  public static let manifest = Manifest("unit_norm", "x/‖x‖, each sample")

  @Parameter("which norm becomes 1") public var norm: Norm = .l2

  public init() {}
  public init(_ norm: Norm) { self.norm = norm }

  public func fit(_ samples: TrainingSamples) -> any Transform {
    Division(outputShape: samples.description.sampleShape, norm: norm)
  }

  public func restore(_ state: [String: TransformState], sampleShape: Shape) -> any Transform {
    Division(outputShape: sampleShape, norm: norm)
  }

  private struct Division: Transform {
    let outputShape: Shape
    let norm: Norm
    var state: [String: TransformState] { [:] }

    func apply(
      _ input: UnsafeBufferPointer<Float>, count: Int,
      to output: UnsafeMutableBufferPointer<Float>
    ) {
      let width = outputShape.count
      for row in 0..<count {
        let start = row * width
        // In double no square of a Float overflows.
        var total = 0.0
        for place in start..<start + width {
          let value = Double(input[place])
          switch norm {
          case .l1: total += value.magnitude
          case .l2: total += value * value
          case .max: total = Swift.max(total, value.magnitude)
          }
        }
        if norm == .l2 { total = total.squareRoot() }
        let factor = total > 0 ? 1 / total : 1
        for place in start..<start + width {
          output[place] = Float(Double(input[place]) * factor)
        }
      }
    }

    func recorded(_ samples: Tensor) -> Tensor? {
      let rows = samples.reshaped(to: [samples.shape[0], outputShape.count])
      let magnitudes = abs(rows)
      let largest = magnitudes.max([-1], keepingAxes: true)
      // A zero sample is divided by 1; squares of what is divided by the largest do not overflow.
      let divisor = select(largest .> 0, largest, largest.filled(with: 1))
      let total: Tensor =
        switch norm {
        case .max: divisor
        case .l1: select(largest .> 0, magnitudes.sum([-1], keepingAxes: true), divisor)
        case .l2:
          select(
            largest .> 0, divisor * sqrt(square(rows / divisor).sum([-1], keepingAxes: true)),
            divisor)
        }
      return (rows / total).reshaped(to: samples.shape)
    }
  }
}
