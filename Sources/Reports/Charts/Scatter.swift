/// Points, perhaps with a line that they should lie on.
struct Scatter {
  let title: String
  var note: String?
  let xTitle: String
  let yTitle: String
  let points: [(x: Double, y: Double)]
  /// Points that are told of when the reader points at them.
  var marked: [(x: Double, y: Double, text: String)] = []
  enum Guide { case none, diagonal, zero }
  var guide = Guide.none
  let description: String
  var xScale: Axis.Scale? = .linear
  var numbers: Node?

  var figure: Node {
    let xs = points.map(\.x)
    let ys = points.map(\.y)
    let both = guide == .diagonal
    let x = Axis(fitting: both ? xs + ys : xs, scale: xScale)
    let y = Axis(fitting: both ? xs + ys : guide == .zero ? ys + [0] : ys, scale: .linear)
    var plot = Plot(x: x, y: y)
    plot.top = 26
    if both { plot.height = 330 }
    return Figure.figure(
      title, note: note, description: description, height: plot.height, numbers: numbers
    ) {
      plot.frame(x: xTitle, y: yTitle)
      switch guide {
      case .none: []
      case .diagonal: [line([(x.lower, y.lower), (x.upper, y.upper)], plot)]
      case .zero: [line([(x.lower, 0), (x.upper, 0)], plot)]
      }
      // One path for all: each point is a way of no length with round ends.
      Node("path", ["class": points.count < 200 ? "p q" : "p", "d": .text(dots(plot))])
      for point in marked {
        Node(
          "circle",
          [
            "class": "s k1", "cx": .number(plot.px(point.x)), "cy": .number(plot.py(point.y)),
            "r": 4,
          ]
        ) { Node("title") { point.text } }
      }
    }
  }

  private func line(_ points: [(x: Double, y: Double)], _ plot: Plot) -> Node {
    Node("path", ["class": "r", "d": .text(plot.path(points))])
  }

  private func dots(_ plot: Plot) -> String {
    var text = ""
    for point in points where point.x.isFinite && point.y.isFinite {
      text += "M" + plot.short(plot.px(point.x)) + " " + plot.short(plot.py(point.y)) + "h0"
    }
    return text
  }
}
