import EspalierProtocols

/// Every combination of values, the last parameter changing fastest.
///
/// Lists and ranges with steps give all of their values. A range without steps gives `points` of them: for
/// `uniform` and `log_uniform` both ends and, in between, equal distances or equal ratios; for `normal` the middles
/// of `points` equally likely parts. A list of n and one of m values make n·m trials.
public struct GridSearch: SearchStrategy {
  public static let manifest = Manifest(
    "grid", "every combination of the parameters' values", sample: "{grid: {points: 3}}")

  @Parameter("values of each range; without a word all of those with steps", in: 1...10_000)
  public var points: Int?

  /// More are surely not meant.
  private static let mostTrials = 100_000

  public init() {}
  public init(points: Int?) { self.points = points }

  public func check(_ space: SearchSpace, epochs: Int) throws {
    var count = 1
    for parameter in space.parameters {
      // Counted before the values are made: a range may have billions of steps.
      guard let found = self.count(parameter.range) else {
        throw PluginError(
          "\(parameter.path) is a range, and a grid needs to know how many values of it to try",
          parameter: "points", remedy: "set `points`, or write a list of values")
      }
      if found <= Self.mostTrials { count *= found }
      guard found <= Self.mostTrials, count <= Self.mostTrials else {
        throw PluginError(
          "the grid has more than \(Self.mostTrials) trials",
          remedy: "try fewer values, or use `random`")
      }
    }
  }

  /// How many values of a range are tried.
  private func count(_ range: SearchRange) -> Int? {
    if case .choice(let values) = range { return values.count }
    guard let points else { return range.count }
    return min(points, range.count ?? points)
  }

  public func steps(inRound round: Int, of search: SearchState) -> [TrialStep] {
    guard round == 0 else { return [] }
    var points: [[Double]] = [[]]
    for parameter in search.space.parameters {
      let values = values(of: parameter.range)
      points = points.flatMap { point in values.map { point + [$0] } }
    }
    return points.enumerated().map { TrialStep($0, SearchPoint($1)) }
  }

  private func values(of range: SearchRange) -> [Double] {
    let count = count(range) ?? 1
    if case .integer(let bounds, let step, true) = range, count == range.count {
      return (0..<count).map { Double(bounds.lowerBound + $0 * step) }
    }
    var result: [Double] = []
    for place in 0..<count {
      let value = range.value(at: position(place, of: count, in: range))
      // Steps of a logarithmic range may be too coarse for so many points.
      if result.last != value { result.append(value) }
    }
    return result
  }

  private func position(_ place: Int, of count: Int, in range: SearchRange) -> Double {
    let share = count > 1 ? Double(place) / Double(count - 1) : 0.5
    switch range {
    case .choice, .normal: return (Double(place) + 0.5) / Double(count)
    case .logUniform, .uniform(_, nil), .integer(_, _, true): return share
    case .uniform, .integer:
      // The middle of the positions that have the nearest of the values.
      let all = Double(range.count ?? 1)
      return ((share * (all - 1)).rounded() + 0.5) / all
    }
  }
}
