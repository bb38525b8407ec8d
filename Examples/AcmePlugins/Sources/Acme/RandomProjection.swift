import Espalier

/// R x with random normal numbers R of variance 1 / components: distances between samples stay about
/// as they are. Nothing is fitted but the number of features.
struct RandomProjection: Projection {
  static let manifest = Manifest(
    "random_projection", "R x with random R: fewer features, distances about the same",
    paper: "Johnson and Lindenstrauss, 1984", sample: "{random_projection: {components: 4}}")

  @Parameter("number of new features", in: 1...100_000) var components: Int
  @Parameter("seed of the numbers", in: 0...) var seed: Int = 0

  init() {}
  init(components: Int, seed: Int = 0) {
    self.components = components
    self.seed = seed
  }

  func fit(_ samples: TrainingSamples) throws -> any Transform {
    var random = CounterRandom(seed: UInt64(seed), stream: "random_projection")
    let size = 1 / Float(components).squareRoot()
    let matrix = (0..<components * samples.width).map { _ in random.normal() * size }
    return Projected(matrix, components, samples.width)
  }

  func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    guard let matrix = state["matrix"], matrix.shape == [components, sampleShape.count] else {
      throw PluginError("the saved random_projection is not for samples \(sampleShape)")
    }
    return Projected(matrix.values, components, sampleShape.count)
  }
}

private struct Projected: Transform {
  let outputShape: Shape
  let state: [String: TransformState]
  private let matrix: [Float]
  private let inputs: Int

  /// - Parameter matrix: [components, inputs].
  init(_ matrix: [Float], _ components: Int, _ inputs: Int) {
    outputShape = [components]
    state = ["matrix": TransformState([components, inputs], matrix)]
    self.matrix = matrix
    self.inputs = inputs
  }

  func apply(
    _ input: UnsafeBufferPointer<Float>, count: Int, to output: UnsafeMutableBufferPointer<Float>
  ) {
    let components = outputShape.count
    for row in 0..<count {
      for component in 0..<components {
        var sum: Float = 0
        for place in 0..<inputs {
          sum += matrix[component * inputs + place] * input[row * inputs + place]
        }
        output[row * components + component] = sum
      }
    }
  }
}
