/// How often values fall into ranges.
struct Bars {
  let title: String
  var note: String?
  let xTitle: String
  let values: [Double]
  var bins = 30

  var figure: Node {
    let finite = values.filter(\.isFinite)
    let axis = Axis(fitting: finite, scale: .linear, margin: 0)
    let width = (axis.upper - axis.lower) / Double(bins)
    var counts = [Int](repeating: 0, count: bins)
    for value in finite {
      counts[min(max(Int((value - axis.lower) / width), 0), bins - 1)] += 1
    }
    let highest = counts.max() ?? 0
    var plot = Plot(x: axis, y: Axis(0...Double(max(highest, 1)), isWhole: true))
    plot.top = 26
    return Figure.figure(
      title, note: note,
      description:
        "\(NumberWords.count(finite.count)) values from \(NumberWords.brief(finite.min() ?? .nan)) "
        + "to \(NumberWords.brief(finite.max() ?? .nan))", height: plot.height,
      numbers: Tables.table(
        ["from", "to", "samples"],
        counts.indices.map { bin in
          let start = axis.lower + Double(bin) * width
          return [.number(start), .number(start + width), .count(counts[bin])]
        })
    ) {
      plot.frame(x: xTitle, y: "samples")
      for (bin, count) in counts.enumerated() where count > 0 {
        bar(bin, count, width, plot)
      }
    }
  }

  private func bar(_ bin: Int, _ count: Int, _ width: Double, _ plot: Plot) -> Node {
    let start = plot.x.lower + Double(bin) * width
    let (left, right) = (plot.px(start), plot.px(start + width))
    let top = plot.py(Double(count))
    return Node(
      "rect",
      [
        "class": "f0", "x": .number(left + 0.5), "y": .number(top),
        "width": .number(max(right - left - 1, 0.5)), "height": .number(plot.area.bottom - top),
        "style": "fill-opacity:75%",
      ]
    ) {
      Node("title") {
        "\(NumberWords.brief(start)) to \(NumberWords.brief(start + width)): \(NumberWords.count(count, "sample"))"
      }
    }
  }
}
