import EspalierProtocols

/// What is wrong with a formula, and where.
struct FormulaProblem: Error, CustomStringConvertible {
  /// In words, without the place.
  let message: String
  /// From 1.
  let column: Int
  var remedy: String?

  var description: String { "\(message) at character \(column)" }
}

/// Reads a formula, by precedence: comparisons, sums, products, signs, powers, then what stands alone.
struct FormulaParser {
  private let text: [Character]
  private var place = 0
  private var depth = 0
  /// A formula from outside must not exhaust the stack.
  private static let deepest = 100
  private static let longest = 1000

  private init(_ text: String) { self.text = Array(text) }

  /// - Throws: ``FormulaProblem``.
  static func parse(_ text: String) throws -> Formula {
    guard text.count <= longest else {
      throw FormulaProblem(message: "a formula of more than \(longest) characters", column: longest)
    }
    var parser = FormulaParser(text)
    let formula = try parser.comparison()
    guard parser.next == nil else { throw parser.problem("nothing more is expected") }
    return formula
  }

  // MARK: Characters

  private var next: Character? {
    mutating get {
      while place < text.count, text[place].isWhitespace { place += 1 }
      return place < text.count ? text[place] : nil
    }
  }

  private mutating func takes(_ word: String) -> Bool {
    guard next != nil, text[place...].starts(with: word) else { return false }
    place += word.count
    return true
  }

  private mutating func problem(_ message: String, remedy: String? = nil) -> FormulaProblem {
    let found = next.map { "found `\($0)`" } ?? "found the end"
    return FormulaProblem(message: "\(message), \(found)", column: place + 1, remedy: remedy)
  }

  // MARK: Grammar

  private mutating func comparison() throws -> Formula {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw FormulaProblem(message: "parentheses \(Self.deepest) deep", column: place + 1)
    }
    let left = try sum()
    for operation in [Formula.Operation.greaterOrEqual, .lessOrEqual, .greater, .less]
    where takes(operation.rawValue) {
      return .binary(operation, left, try sum())
    }
    return left
  }

  private mutating func sum() throws -> Formula {
    var result = try product()
    while true {
      if takes("+") {
        result = .binary(.add, result, try product())
      } else if takes("-") {
        result = .binary(.subtract, result, try product())
      } else {
        return result
      }
    }
  }

  private mutating func product() throws -> Formula {
    var result = try signed()
    while true {
      if takes("**") { throw problem("a power is written `^`") }
      if takes("*") {
        result = .binary(.multiply, result, try signed())
      } else if takes("/") {
        result = .binary(.divide, result, try signed())
      } else {
        return result
      }
    }
  }

  private mutating func signed() throws -> Formula {
    var isNegative = false
    while true {
      if takes("-") { isNegative.toggle() } else if !takes("+") { break }
    }
    let value = try power()
    guard isNegative else { return value }
    if case .number(let number) = value { return .number(-number) }
    return .unary(.negative, value)
  }

  private mutating func power() throws -> Formula {
    let base = try single()
    guard takes("^") else { return base }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw FormulaProblem(message: "powers \(Self.deepest) deep", column: place + 1)
    }
    return .binary(.power, base, try signed())
  }

  private mutating func single() throws -> Formula {
    guard let next else { throw problem("a number, `x` or a function is expected") }
    if takes("(") {
      let inner = try comparison()
      guard takes(")") else { throw problem("`)` is expected") }
      return inner
    }
    if next.isNumber || next == "." { return try number() }
    guard next.isLetter else { throw problem("a number, `x` or a function is expected") }
    return try named()
  }

  private mutating func number() throws -> Formula {
    let start = place
    while place < text.count, text[place].isNumber || text[place] == "." { place += 1 }
    if place < text.count, text[place] == "e" || text[place] == "E" {
      let mark = place
      place += 1
      if place < text.count, text[place] == "-" || text[place] == "+" { place += 1 }
      let digits = place
      while place < text.count, text[place].isNumber { place += 1 }
      if place == digits { place = mark }
    }
    guard let value = Float(String(text[start..<place])), value.isFinite else {
      throw FormulaProblem(
        message: "`\(String(text[start..<place]).prefix(40))` is no number", column: start + 1)
    }
    return .number(value)
  }

  private mutating func named() throws -> Formula {
    let start = place
    while place < text.count, text[place].isLetter || text[place].isNumber || text[place] == "_" {
      place += 1
    }
    let name = String(text[start..<place])
    switch name {
    case "x": return .variable
    case "pi": return .number(.pi)
    case "e": return .number(2.718_281_8)
    case "max", "min":
      let parts = try arguments(2, of: name)
      return .binary(name == "max" ? .max : .min, parts[0], parts[1])
    case "pow":
      let parts = try arguments(2, of: name)
      return .binary(.power, parts[0], parts[1])
    case "where":
      let parts = try arguments(3, of: name)
      return .choice(parts[0], parts[1], parts[2])
    default:
      guard let function = Formula.Function(rawValue: name) else {
        let functions = Formula.Function.allCases.map(\.rawValue).filter { $0 != "-" }
        throw FormulaProblem(
          message: "`\(name.prefix(40))` is not known", column: start + 1,
          remedy: "a formula knows x, pi, e, max, min, pow, where, "
            + functions.joined(separator: ", "))
      }
      return .unary(function, try arguments(1, of: name)[0])
    }
  }

  private mutating func arguments(_ count: Int, of name: String) throws -> [Formula] {
    guard takes("(") else { throw problem("`(` is expected behind \(name)") }
    var result = [try comparison()]
    while takes(",") { result.append(try comparison()) }
    guard takes(")") else { throw problem("`,` or `)` is expected") }
    guard result.count == count else {
      throw FormulaProblem(
        message: "\(name) takes \(count) argument\(count == 1 ? "" : "s"), not \(result.count)",
        column: place)
    }
    return result
  }
}
