/// Curves in the unit square with a list of their names: ROC, precision over recall.
struct CurvePlot {
  struct Curve {
    let name: String
    let points: [(x: Double, y: Double)]
    /// What stands behind the name: the area.
    let value: Double
  }
  /// Where the list stands: where such curves are not.
  enum Corner { case lowerRight, lowerLeft }

  let title: String
  var note: String?
  let xTitle: String
  let yTitle: String
  let valueName: String
  let curves: [Curve]
  var corner = Corner.lowerRight
  /// What chance would give: a line between two points.
  var chance: (from: (x: Double, y: Double), to: (x: Double, y: Double))?

  var figure: Node {
    let axis = Axis(0...1)
    var plot = Plot(x: axis, y: axis)
    plot.top = 26
    plot.height = 330
    let pixel = 1.2 / (Plot.width - plot.left - plot.right)
    return Figure.figure(
      title, note: note, description: description, height: plot.height,
      numbers: Tables.table(
        ["", valueName], curves.map { [.text($0.name), .number($0.value)] })
    ) {
      plot.frame(x: xTitle, y: yTitle)
      if let chance {
        Node("path", ["class": "r", "d": .text(plot.path([chance.from, chance.to]))])
      }
      for (index, curve) in curves.enumerated() {
        let points = Thinning.spaced(curve.points, distance: pixel)
        let dash = index / LineChart.colours % 4
        Node(
          "path",
          [
            "class": "s \(dash == 0 ? "" : "d\(dash) ")k\(index % LineChart.colours)",
            "d": .text(plot.path(points)),
          ]
        ) {
          Node("title") { "\(curve.name): \(valueName) \(NumberWords.brief(curve.value))" }
        }
      }
      list(plot)
    }
  }

  private func list(_ plot: Plot) -> [Node] {
    let gap = 14.0
    let height = gap * Double(curves.count)
    let top = plot.area.bottom - 10 - height
    let isRight = corner == .lowerRight
    let x = isRight ? plot.area.right - 8 : plot.area.left + 26
    return curves.enumerated().map { index, curve in
      let y = top + gap * Double(index + 1)
      let dash = index / LineChart.colours % 4
      let colour = index % LineChart.colours
      return Node("g") {
        if !isRight {
          Node(
            "path",
            [
              "class": "s \(dash == 0 ? "" : "d\(dash) ")k\(colour)",
              "d": "M\(plot.short(x - 20)) \(plot.short(y - 4))h16",
            ])
        }
        Node(
          "text",
          [
            "class": "\(isRight ? "e " : "")w f\(colour)", "x": .number(isRight ? x - 22 : x),
            "y": .number(y),
          ]
        ) { Figure.cut(curve.name, 24) + ": " + NumberWords.brief(curve.value) }
        if isRight {
          Node(
            "path",
            [
              "class": "s \(dash == 0 ? "" : "d\(dash) ")k\(colour)",
              "d": "M\(plot.short(x - 16)) \(plot.short(y - 4))h16",
            ])
        }
      }
    }
  }

  private var description: String {
    curves.map { "\($0.name) has \(valueName) \(NumberWords.brief($0.value))" }
      .joined(separator: ", ")
  }
}
