/// Trials as lines across upright axes, one a parameter and the last the score.
struct ParallelCoordinates {
  struct Axis {
    enum Values {
      /// Numbers on a scale.
      case numbers([Double?], logarithmic: Bool)
      /// Words, evenly spread.
      case words([String?])
    }
    let name: String
    let values: Values
  }

  /// Wider than other charts: on a narrow page it is scrolled.
  private static let width = 760.0

  let title: String
  var note: String?
  let axes: [Axis]
  /// How good each line is, from 0 to 1 for the best; `nil` for a line that has no score.
  let quality: [Double?]
  /// What is told of each line.
  let hover: [String]
  let description: String

  var figure: Node {
    let height = 340.0
    let (top, bottom) = (44.0, height - 22)
    let scales = axes.map(Scale.init)
    let (left, right) = (24.0, Self.width - 62)
    let step = axes.count > 1 ? (right - left) / Double(axes.count - 1) : 0
    // The best ones last, above the others.
    let order = quality.indices.filter { quality[$0] != nil }
      .sorted { (quality[$0]!, $1) < (quality[$1]!, $0) }
    return Figure.figure(
      title, note: note, description: description, width: Self.width, height: height
    ) {
      for line in order { self.line(line, line == order.last, scales, left, step, top, bottom) }
      for (index, axis) in axes.enumerated() {
        self.axis(axis, index, scales[index], left + step * Double(index), top, bottom)
      }
    }
  }

  private func line(
    _ line: Int, _ isBest: Bool, _ scales: [Scale], _ left: Double, _ step: Double, _ top: Double,
    _ bottom: Double
  ) -> Node {
    var path = ""
    var isBegin = true
    for (index, scale) in scales.enumerated() {
      guard let share = scale.shares[line] else {
        isBegin = true
        continue
      }
      path +=
        (isBegin ? "M" : "L") + AttributeValue.short(left + step * Double(index)) + " "
        + AttributeValue.short(bottom - share * (bottom - top))
      isBegin = false
    }
    let good = quality[line] ?? 0
    return Node(
      "path",
      [
        "class": "\(isBest ? "s k1" : "s k0")", "d": .text(path),
        "style": "opacity:\(isBest ? "100" : String(Int(12 + 60 * good * good)))%",
      ]
    ) { Node("title") { hover[line] } }
  }

  private func axis(
    _ axis: Axis, _ index: Int, _ scale: Scale, _ x: Double, _ top: Double, _ bottom: Double
  ) -> Node {
    let isEdge = index == 0 ? "" : index == axes.count - 1 ? "" : "m"
    return Node("g") {
      Node(
        "path",
        [
          "class": "a",
          "d":
            "M\(AttributeValue.short(x)) \(AttributeValue.short(bottom))V\(AttributeValue.short(top))",
        ])
      // Names of neighbours stand on two levels.
      Node(
        "text",
        ["class": "l \(isEdge)", "x": .number(index == 0 ? 0 : x), "y": index % 2 == 0 ? 12 : 27]
      ) { Self.lastPart(axis.name) }
      for tick in scale.ticks {
        Node(
          "text",
          [
            "class": "w", "x": .number(x + 4),
            "y": .number(bottom - tick.share * (bottom - top) + 4),
          ]
        ) { Figure.cut(tick.label, 10) }
      }
    }
  }

  /// The end of a path, which tells most: `adam.learning_rate` of `optimizer.adam.learning_rate`.
  private static func lastPart(_ path: String) -> String {
    Figure.cut(path.split(separator: ".").last.map(String.init) ?? path, 18)
  }

  /// Where values lie on an upright axis, and what stands beside it.
  private struct Scale {
    var shares: [Double?]
    var ticks: [(share: Double, label: String)]

    init(_ axis: ParallelCoordinates.Axis) {
      switch axis.values {
      case .numbers(let numbers, let logarithmic):
        let scale = EspalierReports.Axis(
          fitting: numbers.compactMap { $0 }, scale: logarithmic ? .logarithmic : .linear,
          margin: 0.02)
        shares = numbers.map { $0.flatMap { $0.isFinite ? scale.share($0) : nil } }
        ticks = scale.ticks(about: 4).map { (scale.share($0.value), $0.label) }
      case .words(let words):
        let names = Set(words.compactMap { $0 }).sorted()
        func share(_ word: String) -> Double {
          names.count < 2 ? 0.5 : Double(names.firstIndex(of: word)!) / Double(names.count - 1)
        }
        shares = words.map { $0.map(share) }
        ticks = names.prefix(12).map { (share($0), $0) }
      }
    }
  }
}
