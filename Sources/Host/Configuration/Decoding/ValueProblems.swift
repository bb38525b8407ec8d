import EspalierProtocols

// What is wrong with the value of a parameter.
extension Decoder {
  func valueProblem(
    _ problem: ValueProblem, _ entry: ConfigEntry, _ item: SchemaItem,
    _ parameter: any AnyParameter, _ path: String, _ owner: Owner
  ) -> Diagnostic {
    let node = entry.value.descend(problem.path)
    let found = node.isNull ? "" : Printable.short("\(problem.found)")
    let key = owner.plugin == nil ? Printable.code(path) : "`\(item.name)` of \(owner.name)"
    let part = problem.path.isEmpty ? "" : " (at \(problem.path.joined(separator: ".")))"
    // A key with nothing behind it has no value to point at.
    let isEmpty = node.isNull && node.scalar?.text.isEmpty == true
    var diagnostic = Diagnostic(
      .wrongType, "", at: isEmpty ? entry.keyPlace : node.place, path: path,
      origin: node.origin, found: found, allowed: problem.expected)
    switch problem.reason {
    case .type:
      diagnostic.message =
        "\(key) takes \(problem.path.isEmpty ? parameter.form.inWords : problem.expected), "
        + "not \(typeFound(problem.found, node))\(part)"
      diagnostic.label = problem.hint ?? typeLabel(item, parameter, isEmpty)
      if problem.hint == nil, !problem.choices.isEmpty {
        diagnostic.label = "one of " + Printable.alternatives(problem.choices)
      }
    case .choice:
      diagnostic.code = .notAChoice
      let near = Suggestion.nearest(node.inShort, among: problem.choices)
      diagnostic.message = "\(key) is \(Printable.code(found))\(part), which is none of its values"
      diagnostic.suggestion = near.first
      diagnostic.label =
        problem.hint
        ?? (near.isEmpty
          ? "one of " + Printable.alternatives(problem.choices)
          : "did you mean \(Printable.alternatives(near))? All are "
            + Printable.alternatives(problem.choices, "and"))
      diagnostic.notes.append(.init("`\(item.name)`: \(item.text)"))
    case .range:
      diagnostic.code = .outOfRange
      diagnostic.message = "\(key) is \(found)\(part), outside its range \(problem.expected)"
      diagnostic.label = problem.hint ?? problem.expected
      diagnostic.notes.append(.init("`\(item.name)`: \(item.text)"))
    }
    return diagnostic
  }

  private func typeFound(_ value: ConfigValue, _ node: ConfigNode) -> String {
    switch value {
    case .text(let text): "the text " + Printable.code(text)
    case .bool, .integer, .number: Printable.code("\(value)")
    case .null, .list, .table: value.kindInWords
    }
  }

  private func typeLabel(
    _ item: SchemaItem, _ parameter: any AnyParameter, _ isEmpty: Bool
  ) -> String {
    isEmpty ? "write a value behind the colon (\(item.summary))" : item.summary
  }
}
