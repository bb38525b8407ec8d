/// Lines over epochs or steps, each with its name at its end.
struct LineChart {
  struct Line {
    enum Style { case plain, light }
    let name: String
    let points: [(x: Double, y: Double)]
    /// Which of the colours, from 0; beyond the last, dashes tell lines apart.
    var colour = 0
    var style = Style.plain
  }

  /// A line across at a place of the x axis.
  struct Mark {
    let x: Double
    let label: String
  }

  let title: String
  var note: String?
  var xTitle = "epoch"
  let lines: [Line]
  /// Whether a line that is alone has its name at its end, too.
  var isAlwaysNamed = false
  var marks: [Mark] = []
  /// The points that are marked besides: the best.
  var dots: [(x: Double, y: Double, text: String)] = []
  /// A line across at a value of the y axis.
  var level: (y: Double, label: String)?
  var scale: Axis.Scale?
  var bounds: ClosedRange<Double> = -.infinity...(.infinity)

  static let colours = 8
  private static let hovered = 80

  var figure: Node {
    let drawn = lines.map { line in (line, Thinning.thinned(line.points)) }
    var values = drawn.flatMap { $0.1.map(\.y) }
    if let level { values.append(level.y) }
    let x = Axis(
      fitting: drawn.flatMap { $0.1.map(\.x) } + marks.map(\.x), scale: .linear, isWhole: true,
      margin: 0.01)
    let y = Axis(fitting: values, scale: scale, within: bounds)
    let isNamed = lines.count > 1 || isAlwaysNamed
    var plot = Plot(x: x, y: y)
    if isNamed { plot.right = Figure.room(for: lines.map(\.name)) }
    if !marks.isEmpty { plot.top = 30 }
    return Figure.figure(
      title, note: note(y), description: description, height: plot.height, numbers: table
    ) {
      plot.frame(x: xTitle)
      if let level { self.level(level, plot) }
      for (index, mark) in marks.enumerated() { self.mark(mark, index, plot) }
      for (line, points) in drawn { self.line(line, points, plot) }
      for dot in dots { self.dot(dot, plot) }
      if isNamed { names(drawn, plot) }
    }
  }

  private func note(_ y: Axis) -> String? {
    let isLogarithmic = y.scale == .logarithmic
    let parts = [note, isLogarithmic ? "logarithmic scale" : nil].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private func line(
    _ line: Line, _ points: [(x: Double, y: Double)], _ plot: Plot
  ) -> Node {
    let dash = line.colour / Self.colours % 4
    let kind = line.style == .light ? "t" : dash == 0 ? "s" : "s d\(dash)"
    let shown = Tables.spread(points.count, atMost: Self.hovered)
    return Node("g") {
      Node(
        "path", ["class": "\(kind) k\(line.colour % Self.colours)", "d": .text(plot.path(points))])
      for index in shown
      where points[index].y.isFinite && (plot.y.scale == .linear || points[index].y > 0) {
        let point = points[index]
        Node(
          "circle",
          ["class": "h", "cx": .number(plot.px(point.x)), "cy": .number(plot.py(point.y)), "r": 4]
        ) {
          Node("title") {
            "\(line.name), \(xTitle) \(NumberWords.brief(point.x)): \(NumberWords.brief(point.y))"
          }
        }
      }
    }
  }

  private func names(
    _ drawn: [(Line, [(x: Double, y: Double)])], _ plot: Plot
  ) -> [Node] {
    let ends = drawn.map { line, points in
      points.last { $0.y.isFinite && (plot.y.scale == .linear || $0.y > 0) }
    }
    let best = ends.map { $0.map { plot.py($0.y) } ?? plot.area.bottom }
    let places = Figure.spread(best, gap: 12, within: plot.area.top...plot.area.bottom)
    return zip(drawn, places).map { line, place in
      Node(
        "text",
        [
          "class": "f\(line.0.colour % Self.colours)", "x": .number(plot.area.right + 6),
          "y": .number(place + 4),
        ]
      ) { Figure.cut(line.0.name) }
    }
  }

  private func mark(_ mark: Mark, _ index: Int, _ plot: Plot) -> Node {
    let place = plot.px(mark.x)
    let isRight = place > (plot.area.left + plot.area.right) / 2
    return Node("g") {
      Node(
        "path",
        [
          "class": "r",
          "d":
            "M\(plot.short(place)) \(plot.short(plot.area.bottom))V\(plot.short(plot.area.top - 4))",
        ])
      // Two marks have a line of text each.
      Node(
        "text",
        [
          "class": "\(isRight ? "e" : "")", "x": .number(place + (isRight ? 3 : -3)),
          "y": .number(index % 2 == 0 ? 22 : 10),
        ]
      ) { mark.label }
    }
  }

  private func level(_ level: (y: Double, label: String), _ plot: Plot) -> Node {
    let place = plot.py(level.y)
    return Node("g") {
      Node(
        "path",
        [
          "class": "r",
          "d": "M\(plot.short(plot.area.left)) \(plot.short(place))H\(plot.short(plot.area.right))",
        ])
      Node("text", ["class": "w", "x": .number(plot.area.left + 4), "y": .number(place - 4)]) {
        level.label
      }
    }
  }

  private func dot(_ dot: (x: Double, y: Double, text: String), _ plot: Plot) -> Node {
    Node(
      "circle",
      ["class": "f0", "cx": .number(plot.px(dot.x)), "cy": .number(plot.py(dot.y)), "r": 4]
    ) { Node("title") { dot.text } }
  }

  private var description: String {
    lines.map { line in
      guard let first = line.points.first, let last = line.points.last else {
        return line.name + " has no values"
      }
      return "\(line.name) from \(NumberWords.brief(first.y)) to \(NumberWords.brief(last.y))"
    }.joined(separator: ", ")
  }

  /// A row for each place of the x axis that any line has, thinned.
  private var table: Node {
    let values = lines.map { line in
      Dictionary(line.points.map { ($0.x, $0.y) }, uniquingKeysWith: { $1 })
    }
    let places = Set(values.flatMap(\.keys)).filter(\.isFinite).sorted()
    let shown = Tables.spread(places.count, atMost: 40)
    return Tables.table(
      [xTitle] + lines.map(\.name),
      shown.map { index in
        [.number(places[index])] + values.map { .number($0[places[index]]) }
      },
      caption: shown.count < places.count
        ? "\(shown.count) of \(NumberWords.count(places.count)) rows, evenly spread" : nil)
  }
}
