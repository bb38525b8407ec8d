/// What a scan holds, and the codes that it is packed by.
struct JPEGScan {
  struct Part {
    /// Number of the component.
    let component: Int
    let first: JPEGHuffmanCode?
    let others: JPEGHuffmanCode?
  }

  /// What is done with a block.
  enum Mode { case whole, first, firstRefined, others, othersRefined }

  let parts: [Part]
  let mode: Mode
  /// The coefficients, in the order of the file.
  let from: Int
  let through: Int
  /// Bits that come with later scans.
  let shift: Int
  let restartInterval: Int
  let quantization: [[UInt16]?]

  init(
    _ data: UnsafeRawBufferPointer, _ frame: JPEGFrame, _ tables: JPEGTables
  ) throws(ImageProblem) {
    let damaged = ImageProblem.damaged("the head of a scan is none")
    guard let count = data.first.map(Int.init), (1...3).contains(count),
      data.count == 4 + 2 * count
    else { throw damaged }
    var parts: [Part] = []
    for place in stride(from: 1, to: 1 + 2 * count, by: 2) {
      let name = Int(data[place])
      let (first, others) = (Int(data[place + 1] >> 4), Int(data[place + 1] & 15))
      guard let index = frame.components.firstIndex(where: { $0.identifier == name }),
        !parts.contains(where: { $0.component == index }), first < 4, others < 4
      else { throw damaged }
      parts.append(
        Part(component: index, first: tables.first[first], others: tables.others[others]))
    }
    let units = parts.map { frame.components[$0.component] }.reduce(0) { $0 + $1.columns * $1.rows }
    guard count == 1 || units <= 10 else { throw .damaged("a scan has \(units) blocks a unit") }
    self.parts = parts
    restartInterval = tables.restartInterval
    quantization = tables.quantization
    let place = 1 + 2 * count
    guard frame.isProgressive else {
      (mode, from, through, shift) = (.whole, 0, 63, 0)
      guard parts.allSatisfy({ $0.first != nil && $0.others != nil }) else {
        throw .damaged("the codes of a scan are missing")
      }
      return
    }
    (from, through) = (Int(data[place]), Int(data[place + 1]))
    shift = Int(data[place + 2] & 15)
    let before = Int(data[place + 2] >> 4)
    guard from <= through, through < 64, shift <= 13, before == 0 || before == shift + 1,
      from == 0 ? through == 0 : count == 1
    else { throw damaged }
    mode = from == 0 ? before == 0 ? .first : .firstRefined : before == 0 ? .others : .othersRefined
    let hasCodes =
      switch mode {
      case .first: parts.allSatisfy { $0.first != nil }
      case .others, .othersRefined: parts.allSatisfy { $0.others != nil }
      default: true
      }
    guard hasCodes else { throw .damaged("the codes of a scan are missing") }
  }
}

/// Reads blocks of coefficients.
struct JPEGBlocks {
  var bits: JPEGBits
  private let scan: JPEGScan
  /// The last first coefficient of each component.
  private var last = [Int](repeating: 0, count: 3)
  /// Blocks that have no more coefficients in this scan.
  private var emptyBlocks = 0

  init(_ scan: JPEGScan, _ bits: JPEGBits) {
    self.scan = scan
    self.bits = bits
  }

  mutating func restart(_ number: Int) throws(ImageProblem) {
    try bits.restart(number)
    for index in last.indices { last[index] = 0 }
    emptyBlocks = 0
  }

  /// Reads what a scan has of a block.
  ///
  /// - Parameters:
  ///   - part: number of the component in the scan.
  ///   - block: 64 coefficients by frequency; in a sequential scan all 0.
  /// - Returns: whether there may be others than the first.
  mutating func read(
    _ part: Int, _ block: UnsafeMutablePointer<Int16>
  ) throws(ImageProblem) -> Bool {
    switch scan.mode {
    case .whole: return try readWhole(part, block)
    case .first:
      let value = try nextFirst(part)
      block[0] = Int16(truncatingIfNeeded: value &<< scan.shift)
    case .firstRefined:
      if bits.bit() { block[0] |= 1 &<< Int16(scan.shift) }
    case .others: try readOthers(scan.parts[part].others!, block)
    case .othersRefined: try refineOthers(scan.parts[part].others!, block)
    }
    return true
  }

  @inline(__always)
  private mutating func nextFirst(_ part: Int) throws(ImageProblem) -> Int {
    let size = try bits.symbol(scan.parts[part].first!)
    guard size <= 15 else { throw .damaged("a coefficient of \(size) bits") }
    last[part] &+= bits.number(size)
    return last[part]
  }

  private mutating func readWhole(
    _ part: Int, _ block: UnsafeMutablePointer<Int16>
  ) throws(ImageProblem) -> Bool {
    block[0] = Int16(truncatingIfNeeded: try nextFirst(part))
    let code = scan.parts[part].others!
    let order = JPEGTransform.order
    var hasOthers = false
    var place = 1
    while place < 64 {
      let symbol = try bits.symbol(code)
      let size = symbol & 15
      if size == 0 {
        guard symbol == 0xF0 else { break }
        place += 16
        continue
      }
      place += symbol >> 4
      guard place < 64 else { throw .damaged("a block has more than 64 coefficients") }
      block[order[place]] = Int16(truncatingIfNeeded: bits.number(size))
      hasOthers = true
      place += 1
    }
    return hasOthers
  }

  private mutating func readOthers(
    _ code: JPEGHuffmanCode, _ block: UnsafeMutablePointer<Int16>
  ) throws(ImageProblem) {
    guard emptyBlocks == 0 else {
      emptyBlocks -= 1
      return
    }
    let order = JPEGTransform.order
    var place = scan.from
    while place <= scan.through {
      let symbol = try bits.symbol(code)
      let (zeros, size) = (symbol >> 4, symbol & 15)
      if size == 0 {
        guard zeros == 15 else {
          emptyBlocks = 1 << zeros - 1 + bits.take(zeros)
          return
        }
        place += 16
        continue
      }
      place += zeros
      guard place <= scan.through else { throw .damaged("a block has too many coefficients") }
      block[order[place]] = Int16(truncatingIfNeeded: bits.number(size) &<< scan.shift)
      place += 1
    }
  }

  private mutating func refineOthers(
    _ code: JPEGHuffmanCode, _ block: UnsafeMutablePointer<Int16>
  ) throws(ImageProblem) {
    let order = JPEGTransform.order
    let step = Int16(1) &<< Int16(scan.shift)
    var place = scan.from
    if emptyBlocks == 0 {
      while place <= scan.through {
        let symbol = try bits.symbol(code)
        var zeros = symbol >> 4
        var new: Int16 = 0
        if symbol & 15 != 0 {
          new = bits.take(1) == 1 ? step : -step
        } else if zeros < 15 {
          emptyBlocks = 1 << zeros + bits.take(zeros)
          break
        }
        // Those that are known get a bit each; of the others as many stay 0 as the symbol says.
        while place <= scan.through {
          let coefficient = block + order[place]
          if coefficient.pointee != 0 {
            refine(coefficient, step)
          } else {
            if zeros == 0 { break }
            zeros -= 1
          }
          place += 1
        }
        if new != 0, place <= scan.through { block[order[place]] = new }
        place += 1
      }
    }
    guard emptyBlocks > 0 else { return }
    while place <= scan.through {
      let coefficient = block + order[place]
      if coefficient.pointee != 0 { refine(coefficient, step) }
      place += 1
    }
    emptyBlocks -= 1
  }

  @inline(__always)
  private mutating func refine(_ coefficient: UnsafeMutablePointer<Int16>, _ step: Int16) {
    guard bits.bit(), coefficient.pointee & step == 0 else { return }
    coefficient.pointee &+= coefficient.pointee > 0 ? step : 0 &- step
  }
}
