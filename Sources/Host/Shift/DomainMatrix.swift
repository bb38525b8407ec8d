import EspalierProtocols
import EspalierStatistics

/// The inputs of both sides as columns of unit deviation, with which a linear classifier can work.
///
/// A number is centred and scaled, and the mean where it is missing; a category becomes a column a level;
/// what has missing values gets a column that says where. Where there are many columns, their principal
/// components take their place.
struct DomainMatrix {
  /// samples × width, training first.
  private(set) var values: [Float]
  private(set) var width: Int
  private let names: [String]
  private var components: PrincipalComponents?
  /// Whether columns are principal components.
  var isProjected: Bool { components != nil }

  /// More columns are projected.
  private static let widest = 100
  private static let mostLevels = 20
  /// What takes the place of too many columns.
  static let componentCount = 50
  /// Samples to which components are fitted.
  private static let fitted = 400

  init(_ training: ShiftSamples, _ other: ShiftSamples, seed: UInt64) throws {
    let count = training.count + other.count
    var columns: [(name: String, values: [Float])] = []
    func add(_ name: String, _ column: [Float]) {
      let known = column.filter(\.isFinite).map { Double($0) }
      guard !known.isEmpty else { return }
      let mean = known.reduce(0, +) / Double(known.count)
      let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
      guard variance > 1e-12 * max(mean * mean, 1e-30) else { return }
      let scale = 1 / variance.squareRoot()
      columns.append((name, column.map { $0.isFinite ? Float((Double($0) - mean) * scale) : 0 }))
    }
    let description = training.description
    for feature in 0..<training.width {
      let name = description.name(ofFeature: feature)
      let column = training.values(of: feature) + other.values(of: feature)
      if let levels = description.categories[feature] {
        for (level, text) in Self.frequent(levels, column) {
          add("\(name)=\(text)", column.map { $0 == Float(level) ? 1 : 0 })
        }
      } else {
        add(name, column)
      }
      if column.contains(where: { !$0.isFinite }) {
        add("\(name) missing", column.map { $0.isFinite ? 0 : 1 })
      }
    }
    names = columns.map(\.name)
    width = columns.count
    values = [Float](repeating: 0, count: count * columns.count)
    for (place, column) in columns.enumerated() {
      for (row, value) in column.values.enumerated() { values[row * columns.count + place] = value }
    }
    guard width > Self.widest else { return }
    var random = CounterRandom(seed: seed, stream: "shift:components")
    let rows = random.permutation(count).prefix(Self.fitted).sorted()
    let components = try PrincipalComponents(
      rows.flatMap { values[$0 * width..<($0 + 1) * width] }, width: width,
      count: Self.componentCount)
    values = components.scores(of: values)
    width = components.count
    self.components = components
    scaleColumns(count)
  }

  /// The levels that occur most, by number.
  private static func frequent(_ levels: [String], _ column: [Float]) -> [(Int, String)] {
    let counts = ShiftTests.counts(column, of: levels.count)
    return counts.indices.sorted { (counts[$1], $0) < (counts[$0], $1) }.prefix(mostLevels)
      .sorted().map { ($0, levels[$0]) }
  }

  /// Deviations of the components, by which they were divided.
  private var deviations: [Double] = []

  private mutating func scaleColumns(_ count: Int) {
    for place in 0..<width {
      var square = 0.0
      for row in 0..<count {
        square += Double(values[row * width + place]) * Double(values[row * width + place])
      }
      let deviation = max((square / Double(max(count, 1))).squareRoot(), 1e-30)
      deviations.append(deviation)
      for row in 0..<count { values[row * width + place] /= Float(deviation) }
    }
  }

  /// A classifier's weights as those of the named columns, largest first.
  func named(_ weights: [Double]) -> [ShiftReport.Domain.Weight] {
    var own = weights
    if let components {
      own = components.weights(of: zip(weights, deviations).map { $0 / $1 })
    }
    return zip(names, own).sorted { abs($0.1) > abs($1.1) }.map { .init(name: $0, weight: $1) }
  }
}
