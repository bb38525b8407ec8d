/// A place in a text: line and column as an editor counts them, and the offset in bytes.
public struct SourcePosition: Sendable, Hashable, Comparable {
  // 32 bits are enough for the largest text that is accepted, and keep a node small.
  private let storedLine: UInt32
  private let storedColumn: UInt32
  private let storedOffset: UInt32

  /// The line, from 1.
  public var line: Int { Int(storedLine) }
  /// The column, from 1, counted in Unicode scalars.
  public var column: Int { Int(storedColumn) }
  /// The offset from the start of the text in bytes of UTF-8, from 0.
  public var offset: Int { Int(storedOffset) }

  public init(line: Int, column: Int, offset: Int) {
    storedLine = UInt32(clamping: line)
    storedColumn = UInt32(clamping: column)
    storedOffset = UInt32(clamping: offset)
  }

  public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    left.storedOffset < right.storedOffset
  }
}

extension SourcePosition: CustomStringConvertible {
  public var description: String { "\(line):\(column)" }
}
