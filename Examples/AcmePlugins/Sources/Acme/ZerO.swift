import Espalier

/// First weights without chance: ones on the diagonal, and where a layer widens, the signs of a Hadamard
/// matrix.
///
/// For units P and inputs Q the weight [P, Q] is the (partial) identity where P ≤ Q. Else it is
/// 2^(−(m − 1)/2) · H with the signs H of the Hadamard matrix of order 2ᵐ ≥ P, of which rows tell the
/// units apart. Filters have it at their centre, and zeros around.
struct ZerO: Initializer {
  static let manifest = Manifest(
    "zero_one", "the identity, or the signs of a Hadamard matrix: nothing is drawn",
    paper: "Zhao, Schäfer and Anandkumar, 2022")

  func values(for parameter: ParameterDescription, random: inout CounterRandom) throws -> [Float] {
    let shape = parameter.shape
    guard shape.rank >= 2 else {
      throw PluginError("`\(parameter.name)` \(shape) is no matrix and no filter")
    }
    let (units, inputs) = (shape[0], shape[1])
    let field = shape.dimensions.dropFirst(2)
    let size = field.reduce(1, *)
    // The place of the centre among the elements of a filter, row-major.
    let centre = field.reduce(0) { $0 * $1 + $1 / 2 }
    var values = [Float](repeating: 0, count: shape.count)
    for unit in 0..<units {
      for input in 0..<inputs {
        values[(unit * inputs + input) * size + centre] = Self.element(unit, input, units, inputs)
      }
    }
    return values
  }

  static func element(_ unit: Int, _ input: Int, _ units: Int, _ inputs: Int) -> Float {
    guard units > inputs else { return unit == input ? 1 : 0 }
    var order = 0
    while 1 << order < units { order += 1 }
    // 2^(−(order − 1)/2)
    let size = Float(2 / Double(1 << order)).squareRoot()
    // Sylvester's matrix has −1 where the binary digits of row and column share an odd number of ones.
    return (unit & input).nonzeroBitCount.isMultiple(of: 2) ? size : -size
  }
}
