/// A matrix of values as cells, the darker the more.
struct Heatmap {
  struct Cell {
    /// From 0 to 1: how dark.
    let share: Double
    /// What is written into it.
    let text: String
    /// What is told when the reader points at it.
    let hover: String
    /// Which colour: 0, or another for what is wrong.
    var colour = 0
  }

  let title: String
  var note: String?
  let description: String
  let rows: [String]
  let columns: [String]
  /// `nil` where there is nothing to show.
  let cells: [[Cell?]]
  var rowTitle = ""
  var columnTitle = ""
  var numbers: Node?
  /// Cells are as high as wide, as in a matrix of classes.
  var isSquare = true
  /// Characters of a row's name that are shown.
  var nameLimit = 16

  var figure: Node {
    let left = max(Figure.room(for: rows, limit: nameLimit), 30) + (rowTitle.isEmpty ? 0 : 14)
    let count = Double(max(cells.first?.count ?? 0, 1))
    let size = (Plot.width - left - 8) / count
    let cell = (
      width: isSquare ? min(size, 48) : size, height: isSquare ? min(size, 48) : 16.0
    )
    let isUpright = (columns.map(\.count).max() ?? 0) > Int(cell.width / 6.5)
    let top =
      (columnTitle.isEmpty ? 6 : 20)
      + (isUpright ? Figure.room(for: columns, limit: 12) - 6 : columns.isEmpty ? 0 : 14)
    let height = top + cell.height * Double(rows.count) + 8
    return Figure.figure(
      title, note: note, description: description, height: height, numbers: numbers
    ) {
      if !columnTitle.isEmpty {
        Node(
          "text",
          ["class": "m", "x": .number(left + cell.width * count / 2), "y": 11]
        ) {
          columnTitle
        }
      }
      if !rowTitle.isEmpty {
        Node(
          "text",
          [
            "class": "m", "x": 0, "y": 0,
            "transform":
              "translate(10 \(AttributeValue.short(top + cell.height * Double(rows.count) / 2))) rotate(-90)",
          ]
        ) { rowTitle }
      }
      for (column, name) in columns.enumerated() where !name.isEmpty {
        let x = left + cell.width * (Double(column) + 0.5)
        if isUpright {
          Node(
            "text",
            [
              "transform":
                "translate(\(AttributeValue.short(x + 4)) \(AttributeValue.short(top - 4))) rotate(-90)"
            ]
          ) { Figure.cut(name, 12) }
        } else {
          Node("text", ["class": "m", "x": .number(x), "y": .number(top - 5)]) { name }
        }
      }
      for (row, name) in rows.enumerated() {
        let y = top + cell.height * Double(row)
        Node(
          "text", ["class": "e", "x": .number(left - 5), "y": .number(y + cell.height / 2 + 4)]
        ) { Figure.cut(name, nameLimit) }
        for (column, content) in cells[row].enumerated() {
          if let content {
            self.cell(
              content, x: left + cell.width * Double(column), y: y, width: cell.width,
              height: cell.height)
          }
        }
      }
      Node(
        "rect",
        [
          "class": "g", "x": .number(left), "y": .number(top),
          "width": .number(cell.width * count),
          "height": .number(cell.height * Double(rows.count)),
        ])
    }
  }

  private func cell(
    _ cell: Cell, x: Double, y: Double, width: Double, height: Double
  ) -> Node {
    let share = min(max(cell.share, 0), 1)
    return Node("g") {
      Node("title") { cell.hover }
      Node(
        "rect",
        [
          "class": "f\(cell.colour)", "x": .number(x), "y": .number(y), "width": .number(width),
          "height": .number(height),
          "style": "fill-opacity:\(String(Int(share * 80 + 6)))%",
        ])
      if !cell.text.isEmpty, Double(cell.text.count) * 6.4 <= width {
        Node(
          "text",
          [
            "class": share > 0.55 ? "m o" : "m l", "x": .number(x + width / 2),
            "y": .number(y + height / 2 + 4),
          ]
        ) { cell.text }
      }
    }
  }
}
