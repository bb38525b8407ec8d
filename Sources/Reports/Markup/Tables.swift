/// Tables of a page.
enum Tables {
  /// A cell; numbers stand at the right.
  struct Cell {
    let text: String
    var isNumber = false
    var isBest = false

    static func text(_ text: String) -> Cell { Cell(text: text) }
    static func number(_ value: Double?) -> Cell {
      Cell(text: value.map(NumberWords.brief) ?? "", isNumber: true)
    }
    static func count(_ value: Int) -> Cell {
      Cell(text: NumberWords.count(value), isNumber: true)
    }
  }

  /// - Parameters:
  ///   - header: names of the columns.
  ///   - rows: the first cell of each is its name.
  static func table(_ header: [String], _ rows: [[Cell]], caption: String? = nil) -> Node {
    let numbers = header.indices.map { column in
      rows.contains { column < $0.count && $0[column].isNumber }
    }
    return Node("div", ["class": "scroll"]) {
      Node("table") {
        if let caption { Node("caption") { caption } }
        Node("thead") {
          Node("tr") {
            for (column, name) in header.enumerated() {
              if numbers[column] {
                Node("th", ["scope": "col", "class": "n"]) { name }
              } else {
                Node("th", ["scope": "col"]) { name }
              }
            }
          }
        }
        Node("tbody") { for row in rows { self.row(row) } }
      }
    }
  }

  private static func row(_ cells: [Cell]) -> Node {
    Node("tr") {
      for (column, cell) in cells.enumerated() {
        if column == 0 {
          Node("th", cell.isNumber ? ["scope": "row", "class": "n"] : ["scope": "row"]) {
            cell.text
          }
        } else {
          let kind = cell.isNumber ? "n" : cell.text.count > 24 ? "long" : ""
          let text = cell.isBest ? cell.text + " ★" : cell.text
          Node("td", ["class": "\(kind)\(cell.isBest ? " best" : "")"]) { text }
        }
      }
    }
  }

  /// What is shown when its summary is chosen.
  static func folded(_ summary: String, @NodeBuilder _ content: () -> [Node]) -> Node {
    Node("details") {
      Node("summary") { summary }
      content()
    }
  }

  /// At most so many numbers of 0..<count, the first and the last among them, evenly spread.
  static func spread(_ count: Int, atMost limit: Int) -> [Int] {
    guard count > limit, limit > 1 else { return Array(0..<count) }
    return (0..<limit).map { $0 * (count - 1) / (limit - 1) }
  }
}
