/// A text that was read, with its name; nodes and errors point into it.
public final class SourceText: Sendable {
  /// The name given to the parser, usually a path.
  public let name: String
  /// The text in UTF-8.
  package let bytes: [UInt8]
  /// The offset of each line's first byte.
  package let lineStarts: [Int]

  package init(name: String, bytes: [UInt8], lineStarts: [Int]) {
    self.name = name
    self.bytes = bytes
    self.lineStarts = lineStarts
  }

  /// The number of lines.
  public var lineCount: Int { lineStarts.count }

  /// The text of a line (from 1) without its line break, or nil if there is no such line.
  ///
  /// A line longer than `limit` bytes is cut there, so that a message stays readable.
  public func line(_ number: Int, limit: Int = 4096) -> String? {
    guard number >= 1, number <= lineStarts.count else { return nil }
    let start = lineStarts[number - 1]
    var end = start
    while end < bytes.count, end - start < limit, bytes[end] != Byte.lineFeed,
      bytes[end] != Byte.carriageReturn
    {
      end += 1
    }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// The place of a byte.
  package func position(of offset: Int) -> SourcePosition {
    let index = lineIndex(of: offset)
    let start = index < lineStarts.count ? lineStarts[index] : 0
    return SourcePosition(
      line: index + 1, column: 1 + scalarCount(from: start, to: offset), offset: offset)
  }

  /// The index of the line that holds a byte.
  func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while low < high {
      let middle = low + (high - low) / 2
      if lineStarts[middle] <= offset { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }

  /// The number of Unicode scalars that start in a range of bytes.
  func scalarCount(from start: Int, to end: Int) -> Int {
    var count = 0
    var index = start
    let stop = min(end, bytes.count)
    while index < stop {
      if bytes[index] & 0xC0 != 0x80 { count += 1 }
      index += 1
    }
    return count
  }
}

/// Turns offsets into places, fast as long as they come in rising order.
struct Locator {
  let source: SourceText
  private var lineIndex = 0
  private var offset = 0
  private var column = 1

  init(_ source: SourceText) {
    self.source = source
    offset = source.lineStarts.first ?? 0
  }

  mutating func position(of target: Int) -> SourcePosition {
    let starts = source.lineStarts
    if target < offset {
      lineIndex = source.lineIndex(of: target)
      offset = lineIndex < starts.count ? starts[lineIndex] : 0
      column = 1
    }
    while lineIndex + 1 < starts.count, starts[lineIndex + 1] <= target {
      lineIndex += 1
      offset = starts[lineIndex]
      column = 1
    }
    column += source.scalarCount(from: offset, to: target)
    offset = max(offset, target)
    return SourcePosition(line: lineIndex + 1, column: column, offset: target)
  }
}
