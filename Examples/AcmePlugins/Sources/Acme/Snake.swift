import Espalier

/// x + sin²(ax) / a, which goes on periodically where there are no data.
struct Snake: Activation {
  static let manifest = Manifest(
    "snake", "x + sin²(a x) / a", paper: "Ziyin, Hartwig and Ueda, 2020")
  @Parameter("a, from which the period is π / a", in: Bounds.positive) var frequency: Float = 1
  func callAsFunction(_ x: Tensor) -> Tensor { x + square(sin(x * frequency)) / frequency }
}
