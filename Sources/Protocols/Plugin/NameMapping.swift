/// Translates the names of a model's parameters into those that a file has for them.
///
/// A key is the whole name of a parameter, or a layer's, whose part of the name is then translated:
/// `{dense_1: encoder.fc}` makes `dense_1.weight` `encoder.fc.weight`. A `*` stands for any characters,
/// in the value for those that it stood for in the key: `{conv2d_*: features.*}`. A parameter's own
/// name goes before patterns, and of these the one with the most letters of its own.
package struct NameMapping: Sendable {
  private let rules: [(key: String, name: String)]
  private let prefix: String

  /// - Parameter prefix: put before the names that no key fits.
  package init(_ mapping: [String: String], prefix: String = "") {
    func letters(_ key: String) -> Int { key.utf8.count { $0 != UInt8(ascii: "*") } }
    rules = mapping.map { (key: $0.key, name: $0.value) }.sorted {
      (letters($1.key), $0.key) < (letters($0.key), $1.key)
    }
    self.prefix = prefix
  }

  /// A key whose name has more `*` than itself, which nothing could fill; `nil` when there is none.
  package var unfillable: String? {
    func stars(_ text: String) -> Int { text.utf8.count { $0 == UInt8(ascii: "*") } }
    return rules.first { stars($0.name) > stars($0.key) }?.key
  }

  /// The key that decides about a parameter; `nil` when none fits.
  package func key(for parameter: String) -> String? { rule(for: parameter)?.key }

  /// The name in the file.
  package func name(of parameter: String) -> String {
    rule(for: parameter)?.name ?? prefix + parameter
  }

  private func rule(for parameter: String) -> (key: String, name: String)? {
    if let own = rules.first(where: { $0.key == parameter }) { return own }
    // The layers around it from the outside in, then the parameter itself.
    var heads = parameter.indices.filter { parameter[$0] == "." }.map { parameter[..<$0] }
    heads.append(parameter[...])
    for rule in rules {
      let pattern = NamePattern(rule.key)
      for head in heads {
        guard let captured = pattern.captures(String(head)) else { continue }
        return (rule.key, Self.filled(rule.name, captured) + parameter[head.endIndex...])
      }
    }
    return nil
  }

  private static func filled(_ name: String, _ captured: [Substring]) -> String {
    var rest = captured[...]
    return name.reduce(into: "") { result, letter in
      if letter == "*", let next = rest.popFirst() { result += next } else { result.append(letter) }
    }
  }
}
