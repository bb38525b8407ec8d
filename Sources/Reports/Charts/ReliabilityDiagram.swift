/// How often a model is right against how sure it was, by bins of its confidence.
struct ReliabilityDiagram {
  let calibration: Calibration

  var figure: Node {
    let axis = Axis(0...1)
    var plot = Plot(x: axis, y: axis)
    // Below the diagram, how many samples each bin has.
    plot.top = 26
    plot.height = 390
    plot.bottom = 94
    let filled = calibration.bins.filter { $0.count > 0 }
    let most = Double(filled.map(\.count).max() ?? 1)
    return Figure.figure(
      "Calibration",
      note:
        "expected calibration error \(NumberWords.brief(calibration.expectedError)); on the dashed "
        + "line the model is as sure as it is right, below it too sure",
      description: filled.map {
        "confidence \(NumberWords.brief($0.confidence)), right \(NumberWords.brief($0.accuracy))"
      }.joined(separator: ", "),
      height: plot.height,
      numbers: Tables.table(
        ["confidence", "right", "samples"],
        filled.map { [.number($0.confidence), .number($0.accuracy), .count($0.count)] })
    ) {
      plot.frame(x: "confidence", y: "share that is right")
      Node("path", ["class": "r", "d": .text(plot.path([(0, 0), (1, 1)]))])
      // The gap between what was said and what came.
      for bin in filled {
        let x = plot.px(bin.confidence)
        Node(
          "path",
          [
            "class": "s k1 faint",
            "d":
              "M\(plot.short(x)) \(plot.short(plot.py(bin.confidence)))V\(plot.short(plot.py(bin.accuracy)))",
          ])
      }
      Node(
        "path",
        ["class": "s k0", "d": .text(plot.path(filled.map { ($0.confidence, $0.accuracy) }))])
      for bin in filled { dot(bin, plot) }
      for (index, bin) in calibration.bins.enumerated() where bin.count > 0 {
        strip(index, bin, most, plot)
      }
      Node("text", ["x": 0, "y": .number(plot.height - 50)]) { "samples" }
    }
  }

  private func hover(_ bin: Calibration.Bin) -> String {
    "confidence \(NumberWords.brief(bin.confidence)), right \(NumberWords.percent(bin.accuracy)), "
      + NumberWords.count(bin.count, "sample")
  }

  private func dot(_ bin: Calibration.Bin, _ plot: Plot) -> Node {
    Node(
      "circle",
      [
        "class": "f0", "cx": .number(plot.px(bin.confidence)), "cy": .number(plot.py(bin.accuracy)),
        "r": 3.5,
      ]
    ) { Node("title") { hover(bin) } }
  }

  private func strip(
    _ index: Int, _ bin: Calibration.Bin, _ most: Double, _ plot: Plot
  ) -> Node {
    let width = 1 / Double(calibration.bins.count)
    let left = plot.px(Double(index) * width)
    let right = plot.px(Double(index + 1) * width)
    let height = max(48 * Double(bin.count) / most, 1)
    return Node(
      "rect",
      [
        "class": "f7", "x": .number(left + 0.5), "y": .number(plot.height - 4 - height),
        "width": .number(right - left - 1), "height": .number(height), "style": "fill-opacity:60%",
      ]
    ) { Node("title") { hover(bin) } }
  }
}
