import EspalierProtocols

/// One at the centre of filter i's channel i, zero elsewhere: a convolution that hands on its channels.
///
/// Fills filters [filters, channels, …] with one axis of positions at least; filters or channels beyond
/// the fewer of both are zero. With groups, each group of filters hands on the group's channels. It
/// keeps an image where the padding is `same`. Zagoruyko and Komodakis, 2017.
public struct Dirac: Initializer {
  public static let manifest = Manifest(
    "dirac",
    "1 at the centre of filter i's channel i, else 0: a convolution that hands on its input",
    paper: "Zagoruyko and Komodakis, 2017, DiracNets", sample: "{dirac: {groups: 1}}")

  @Parameter("groups of the convolution", in: 1...) public var groups: Int = 1

  public init() {}
  public init(groups: Int) { self.groups = groups }

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) throws
    -> [Float]
  {
    let shape = parameter.shape
    guard shape.rank >= 3 else {
      throw PluginError(
        "dirac fills filters; `\(parameter.name)` \(shape) has no positions",
        remedy: shape.rank == 2 ? "use identity for matrices" : "use zeros for offsets")
    }
    guard shape[0] % groups == 0 else {
      throw PluginError(
        "\(shape[0]) filters of `\(parameter.name)` cannot be divided into \(groups) groups",
        parameter: "groups")
    }
    let field = Array(shape.dimensions.dropFirst(2))
    let positions = field.reduce(1, *)
    let centre = field.reduce(0) { $0 * $1 + $1 / 2 }
    let filters = shape[0] / groups
    var result = [Float](repeating: 0, count: shape.count)
    for group in 0..<groups {
      for place in 0..<min(filters, shape[1]) {
        let filter = group * filters + place
        result[(filter * shape[1] + place) * positions + centre] = 1
      }
    }
    return result
  }
}
