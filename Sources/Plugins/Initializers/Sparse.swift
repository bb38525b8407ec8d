import EspalierProtocols

/// Normally distributed values of which a share of each input's is zero: each unit sees some inputs only.
///
/// Fills matrices [units, inputs]: in each column, sparsity · units weights (rounded up) at random places
/// are zero, the others ~ N(0, std²). Martens, 2010.
public struct Sparse: Initializer {
  public static let manifest = Manifest(
    "sparse", "w ~ N(0, std²), a share of each column zero: each unit sees some inputs only",
    paper: "Martens, 2010", sample: "{sparse: {sparsity: 0.5, std: 0.3}}")

  @Parameter("share of each input's weights that are zero", in: 0...1) public var sparsity: Float
  @Parameter("standard deviation of the others", in: Bounds.positive) public var std: Float = 0.01

  public init() {}
  public init(sparsity: Float, std: Float = 0.01) {
    self.sparsity = sparsity
    self.std = std
  }

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) throws
    -> [Float]
  {
    let shape = parameter.shape
    guard shape.rank == 2 else {
      throw PluginError("sparse fills matrices; `\(parameter.name)` is \(shape)")
    }
    let (units, inputs) = (shape[0], shape[1])
    // A tenth of ten is not quite one in binary, and is meant to be.
    let wanted = Int((Double(sparsity) * Double(units) - 1e-6).rounded(.up))
    let zeros = min(max(wanted, 0), units)
    var result = (0..<shape.count).map { _ in std * random.normal() }
    for input in 0..<inputs {
      for unit in random.permutation(units).prefix(zeros) { result[unit * inputs + input] = 0 }
    }
    return result
  }
}
