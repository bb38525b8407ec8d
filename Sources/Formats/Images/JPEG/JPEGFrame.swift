/// The size of an image and how its components are sampled.
struct JPEGFrame {
  struct Component {
    let identifier: Int
    /// Samples of it where the finest component has `JPEGFrame.columns` and `rows`.
    let columns: Int
    let rows: Int
    let table: Int
    /// Blocks that hold samples of the image.
    var blocksWide = 0
    var blocksHigh = 0
    /// Blocks of a row, and rows of them, with those that fill up units of several components.
    var blocksAcross = 0
    var blocksDown = 0
    /// Samples of the image.
    var width = 0
    var height = 0
  }

  let width: Int
  let height: Int
  let isProgressive: Bool
  private(set) var components: [Component] = []
  /// The largest sampling factors.
  let columns: Int
  let rows: Int
  /// Units of an interleaved scan: blocks of all components for the same pixels.
  let unitsAcross: Int
  let unitsDown: Int

  /// - Parameter process: the number of the frame's marker.
  init(_ data: UnsafeRawBufferPointer, process: Int) throws(ImageProblem) {
    let processes = [
      3: "lossless pixels", 5: "pixels in a hierarchy", 6: "pixels in a hierarchy",
      7: "pixels in a hierarchy", 9: "arithmetic coding", 10: "arithmetic coding",
      11: "arithmetic coding", 13: "pixels in a hierarchy", 14: "pixels in a hierarchy",
      15: "pixels in a hierarchy",
    ]
    if let name = processes[process] { throw .unread(name, .jpeg) }
    guard data.count >= 6 else { throw .damaged("its frame has \(data.count) bytes") }
    guard data[0] == 8 else { throw .unread("\(data[0]) bits a channel", .jpeg) }
    isProgressive = process == 2
    height = data.big16(1)
    width = data.big16(3)
    let count = Int(data[5])
    guard height > 0 else { throw .unread("a height behind its pixels", .jpeg) }
    if count == 4 { throw .unread("four colours (CMYK)", .jpeg) }
    guard count == 1 || count == 3 else { throw .unread("\(count) channels", .jpeg) }
    guard data.count == 6 + 3 * count else { throw .damaged("its frame has \(data.count) bytes") }
    for place in stride(from: 6, to: data.count, by: 3) {
      let component = Component(
        identifier: Int(data[place]), columns: Int(data[place + 1] >> 4),
        rows: Int(data[place + 1] & 15), table: Int(data[place + 2]))
      guard (1...4).contains(component.columns), (1...4).contains(component.rows),
        component.table < 4
      else { throw .damaged("a component of its frame is none") }
      guard !components.contains(where: { $0.identifier == component.identifier }) else {
        throw .damaged("two components have the same name")
      }
      components.append(component)
    }
    columns = components.map(\.columns).max()!
    rows = components.map(\.rows).max()!
    unitsAcross = (width + 8 * columns - 1) / (8 * columns)
    unitsDown = (height + 8 * rows - 1) / (8 * rows)
    for index in components.indices {
      let component = components[index]
      guard columns % component.columns == 0, rows % component.rows == 0 else {
        throw .unread("components that are sampled in fractions of each other", .jpeg)
      }
      components[index].width = (width * component.columns + columns - 1) / columns
      components[index].height = (height * component.rows + rows - 1) / rows
      components[index].blocksWide = (components[index].width + 7) / 8
      components[index].blocksHigh = (components[index].height + 7) / 8
      components[index].blocksAcross = unitsAcross * component.columns
      components[index].blocksDown = unitsDown * component.rows
    }
  }

  /// Looks whether there can be pixels behind the frame, before memory is taken for them.
  ///
  /// - Parameter bytes: how many are left in the file; each block takes a bit at least.
  func check(bytes: Int) throws(ImageProblem) {
    let blocks = components.reduce(0) { $0 + $1.blocksWide * $1.blocksHigh }
    guard blocks <= 8 * bytes else { throw .cutOff }
  }
}

/// What scans are decoded by.
struct JPEGTables {
  /// By number, in the order of the file's coefficients.
  private(set) var quantization: [[UInt16]?] = [nil, nil, nil, nil]
  /// Codes of first coefficients and of the others, by number.
  private(set) var first: [JPEGHuffmanCode?] = [nil, nil, nil, nil]
  private(set) var others: [JPEGHuffmanCode?] = [nil, nil, nil, nil]
  /// Units between restarts; 0 for none.
  var restartInterval = 0

  mutating func readQuantization(_ data: UnsafeRawBufferPointer) throws(ImageProblem) {
    var place = 0
    while place < data.count {
      let (size, number) = (Int(data[place] >> 4) + 1, Int(data[place] & 15))
      place += 1
      guard size <= 2, number < 4, place + 64 * size <= data.count else {
        throw .damaged("a table of quantization is none")
      }
      quantization[number] = (0..<64).map {
        size == 1 ? UInt16(data[place + $0]) : UInt16(data.big16(place + 2 * $0))
      }
      place += 64 * size
    }
  }

  mutating func readCodes(_ data: UnsafeRawBufferPointer) throws(ImageProblem) {
    var place = 0
    while place < data.count {
      let (kind, number) = (data[place] >> 4, Int(data[place] & 15))
      guard kind <= 1, number < 4, place + 17 <= data.count else {
        throw .damaged("a table of codes is none")
      }
      let counts = (1...16).map { Int(data[place + $0]) }
      place += 17
      let total = counts.reduce(0, +)
      guard total <= 256, place + total <= data.count else {
        throw .damaged("a table of codes is none")
      }
      let code = try JPEGHuffmanCode(counts, symbols: Array(data[place..<place + total]))
      if kind == 0 { first[number] = code } else { others[number] = code }
      place += total
    }
  }
}
