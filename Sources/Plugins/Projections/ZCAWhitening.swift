import EspalierKernels
import EspalierProtocols

/// y = Vᵀ·Λ^(−½)·V·(x − mean): uncorrelated numbers of variance 1 that stay closest to the originals.
///
/// V and Λ are the directions and variances of the training samples' covariance, each variance with ε
/// added; directions without variance become 0. The shape stays, so whitened images are images still.
public struct ZCAWhitening: Projection {
  public static let manifest = Manifest(
    "zca_whitening", "Vᵀ·(Λ + ε)^(−½)·V·(x − mean): whitened, still in the original axes",
    aliases: ["zca"], paper: "Bell and Sejnowski, 1997")

  @Parameter("ε, added to each variance", in: 0...) public var epsilon: Double = 1e-5
  @Parameter("subtracted from the number of samples in the variance", in: 0...1)
  public var correction: Int = 1

  public init() {}
  public init(epsilon: Double) { self.epsilon = epsilon }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let axes = try PrincipalAxes(samples, correction: correction)
    let width = axes.width
    let scales = axes.whiteningScales(epsilon: epsilon)
    var scaled = [Double](repeating: 0, count: width * width)
    var transposed = scaled
    for axis in 0..<width {
      for place in 0..<width {
        let entry = axes.vectors[axis * width + place]
        scaled[axis * width + place] = entry * scales[axis]
        transposed[place * width + axis] = entry
      }
    }
    var matrix = [Double](repeating: 0, count: width * width)
    esp_matmul_double(&matrix, transposed, scaled, Int64(width), Int64(width), Int64(width))
    return LinearMap(
      mean: axes.mean.map { Float($0) }, matrix: matrix.map { Float($0) },
      outputShape: samples.description.sampleShape)
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    try LinearMap(state, sampleShape: sampleShape, keepsShape: true, of: pluginName)
  }
}
