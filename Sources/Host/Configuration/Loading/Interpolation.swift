/// `${env:NAME}` and `${env:NAME:-default}` in values; `$${` stands for the characters `${`.
enum Interpolation {
  struct Result {
    var text: String
    /// The variables that were used, whether set or by their defaults.
    var names: [String]
    /// The value is one reference and nothing else.
    var isWhole: Bool
  }

  enum Problem: Error {
    case unset(String)
    case malformed(String, hint: String)
  }

  static func resolve(
    _ text: String, _ environment: [String: String]
  ) throws(Problem) -> Result {
    var result = Result(text: "", names: [], isWhole: false)
    var rest = text[...]
    var pieces = 0
    while let dollar = rest.firstIndex(of: "$") {
      result.text += rest[..<dollar]
      if dollar > rest.startIndex { pieces += 1 }
      rest = rest[dollar...]
      if rest.hasPrefix("$${") {
        result.text += "${"
        rest = rest.dropFirst(3)
        pieces += 1
      } else if rest.hasPrefix("${") {
        guard let end = rest.firstIndex(of: "}") else {
          throw .malformed(String(rest), hint: "the closing `}` is missing")
        }
        let (name, value) = try reference(
          String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end]), environment)
        result.text += value
        result.names.append(name)
        rest = rest[rest.index(after: end)...]
        pieces += 1
      } else {
        result.text.append("$")
        rest = rest.dropFirst()
        pieces += 1
      }
    }
    if !rest.isEmpty { pieces += 1 }
    result.text += rest
    result.isWhole = pieces == 1 && result.names.count == 1
    return result
  }

  private static func reference(
    _ body: String, _ environment: [String: String]
  ) throws(Problem) -> (name: String, value: String) {
    guard body.hasPrefix("env:") else {
      throw .malformed(
        "${\(body)}", hint: "write `${env:NAME}`, or `$${` for the characters `${` themselves")
    }
    var name = body.dropFirst(4)
    var standIn: Substring?
    if let colon = name.firstIndex(of: ":") {
      let behind = name[name.index(after: colon)...]
      guard behind.first == "-" else {
        throw .malformed("${\(body)}", hint: "a default follows `:-`, as in `${env:NAME:-64}`")
      }
      standIn = behind.dropFirst()
      name = name[..<colon]
    }
    guard let first = name.unicodeScalars.first, first == "_" || first.properties.isAlphabetic,
      name.unicodeScalars.allSatisfy({
        $0 == "_" || $0.properties.isAlphabetic || ("0"..."9") ~= $0
      })
    else {
      throw .malformed("${\(body)}", hint: "a variable's name is letters, digits and `_`")
    }
    // As in a shell, an empty variable takes the default too.
    if let value = environment[String(name)], !value.isEmpty || standIn == nil {
      return (String(name), value)
    }
    guard let standIn else { throw .unset(String(name)) }
    return (String(name), String(standIn))
  }
}

extension Interpolation.Problem {
  func diagnostic(
    at place: ConfigPlace, _ origin: [String], _ environment: [String: String]
  ) -> Diagnostic {
    switch self {
    case .unset(let name):
      let near = Suggestion.nearest(name, among: Array(environment.keys))
      let hint =
        near.isEmpty
        ? "set it, or give a default: `${env:\(name):-…}`"
        : "did you mean \(Printable.alternatives(near))? Or give a default: `${env:\(name):-…}`"
      return Diagnostic(
        .environmentUnset, "the environment variable \(Printable.code(name)) is not set",
        at: place, origin: origin, found: name, suggestion: near.first, label: hint)
    case .malformed(let text, let hint):
      return Diagnostic(
        .environmentForm, "\(Printable.code(text)) is no reference to the environment", at: place,
        origin: origin, found: text, label: hint)
    }
  }
}
