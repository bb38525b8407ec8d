extension Node {
  /// A single value as it was written.
  public struct Scalar: Sendable, Hashable {
    /// The text with quotes, escapes and folding taken away.
    public var text: String
    /// How it was written.
    public var style: Style

    /// The five ways to write a scalar.
    public enum Style: Sendable, Hashable {
      /// `word`: the only style whose text may mean a number, a truth value or null.
      case plain
      /// `'word'`
      case singleQuoted
      /// `"word"`
      case doubleQuoted
      /// `|` and the lines below.
      case literal
      /// `>` and the lines below.
      case folded
    }

    public init(_ text: String, style: Style = .plain) {
      self.text = text
      self.style = style
    }
  }

  /// What a scalar means by the core schema of YAML 1.2.
  public enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int)
    /// Also an integer that does not fit into `Int`.
    case float(Double)
    case string(String)
  }
}

extension Node.Value: Hashable {
  /// Two NaN are equal here: they are the same value to a reader of a text.
  public static func == (left: Node.Value, right: Node.Value) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.int(let left), .int(let right)): left == right
    case (.float(let left), .float(let right)): left == right || (left.isNaN && right.isNaN)
    case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .int(let value): hasher.combine(value)
    case .float(let value): hasher.combine(value.isNaN ? 0 : value)
    case .string(let value):
      var value = value
      value.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }
}

extension Node.Value: CustomStringConvertible {
  public var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .int(let value): "\(value)"
    case .float(let value): FloatText.text(of: value)
    case .string(let value): value
    }
  }
}
