/// The room in which a chart is drawn: two axes and the area between them, in the picture's points.
struct Plot: Sendable {
  static let width = 460.0
  let x: Axis
  let y: Axis
  var height = 250.0
  var left = 46.0
  /// Room for the names of lines at their ends.
  var right = 14.0
  var top = 16.0
  var bottom = 34.0

  var area: (left: Double, right: Double, top: Double, bottom: Double) {
    (left, Self.width - right, top, height - bottom)
  }

  func px(_ value: Double) -> Double { left + x.share(value) * (Self.width - left - right) }
  func py(_ value: Double) -> Double {
    height - bottom - y.share(value) * (height - top - bottom)
  }

  /// Grid, ticks and the names of both axes.
  func frame(x xTitle: String, y yTitle: String = "") -> Node {
    let area = area
    return Node("g") {
      for tick in y.ticks() {
        let place = py(tick.value)
        Node(
          "path", ["class": "g", "d": "M\(short(area.left)) \(short(place))H\(short(area.right))"])
        Node("text", ["class": "e", "x": .number(area.left - 6), "y": .number(place + 4)]) {
          tick.label
        }
      }
      Node(
        "path",
        ["class": "a", "d": "M\(short(area.left)) \(short(area.bottom))H\(short(area.right))"])
      for tick in x.ticks(about: 6) {
        Node("text", ["class": "m", "x": .number(px(tick.value)), "y": .number(area.bottom + 15)]) {
          tick.label
        }
      }
      Node("text", ["class": "e", "x": .number(area.right), "y": .number(area.bottom + 29)]) {
        xTitle
      }
      if !yTitle.isEmpty {
        Node("text", ["x": 0, "y": .number(area.top - 14)]) { yTitle }
      }
    }
  }

  /// The way through points; one that is not finite leaves a gap.
  func path(_ points: [(x: Double, y: Double)]) -> String {
    var text = ""
    var isBegin = true
    for (index, point) in points.enumerated() {
      guard point.x.isFinite, point.y.isFinite, y.scale == .linear || point.y > 0 else {
        isBegin = true
        continue
      }
      let isAlone =
        isBegin && (index + 1 == points.count || !points[index + 1].y.isFinite)
      text += (isBegin ? "M" : "L") + short(px(point.x)) + " " + short(py(point.y))
      // A point between gaps is seen by its round ends.
      if isAlone { text += "h0" }
      isBegin = false
    }
    return text
  }

  func short(_ value: Double) -> String { AttributeValue.short(value) }
}

/// A picture with its title, the numbers behind it, and what a screen reader says of it.
enum Figure {
  /// - Parameters:
  ///   - description: what the picture shows, in words, for those who do not see it.
  ///   - numbers: the same as a table.
  static func figure(
    _ title: String, note: String? = nil, description: String, width: Double = Plot.width,
    height: Double, numbers: Node? = nil, @NodeBuilder _ content: () -> [Node]
  ) -> Node {
    Node("figure") {
      Node("figcaption") {
        title
        if let note { Node("small") { note } }
      }
      Node(
        "svg",
        [
          "viewBox": "0 0 \(AttributeValue.short(width)) \(AttributeValue.short(height))",
          "role": "img", "aria-label": .text(title + ": " + description),
        ], content)
      if let numbers { Tables.folded("Numbers") { numbers } }
    }
  }

  /// Room for the longest of some labels.
  static func room(for labels: [String], limit: Int = 20) -> Double {
    14 + 6.2 * Double(min(labels.map(\.count).max() ?? 0, limit))
  }

  /// A label that fits its room.
  static func cut(_ label: String, _ limit: Int = 20) -> String {
    guard label.count > limit else { return label }
    // Both ends tell: `residual_1…norm_2.weight`.
    let head = limit / 2
    return label.prefix(head) + "…" + label.suffix(limit - 1 - head)
  }

  /// Moves labels apart that would stand over each other.
  ///
  /// - Parameters:
  ///   - places: where each would stand best.
  ///   - gap: the least distance.
  static func spread(
    _ places: [Double], gap: Double, within range: ClosedRange<Double>
  ) -> [Double] {
    let order = places.indices.sorted { places[$0] < places[$1] }
    var result = places
    var next = range.lowerBound
    for index in order {
      result[index] = max(places[index], next)
      next = result[index] + gap
    }
    // What was pushed beyond the end comes back.
    var last = range.upperBound
    for index in order.reversed() {
      result[index] = min(result[index], last)
      last = result[index] - gap
    }
    return result
  }
}
