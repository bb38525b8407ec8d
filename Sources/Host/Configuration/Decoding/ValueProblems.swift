import EspalierProtocols

// What is wrong with the value of a parameter.
extension ConfigDecoder {
  func valueProblem(
    _ problem: ValueProblem, _ entry: ConfigEntry, _ item: SchemaItem,
    _ parameter: any AnyParameter, _ path: String, _ owner: Owner
  ) -> Diagnostic {
    let node = entry.value.descend(problem.path)
    let found = node.isNull ? "" : Printable.short("\(problem.found)")
    // The part of a list or a table that is wrong: `kernel[1]`, `class_weights.dog`.
    let part = problem.path.map { Int($0) == nil ? ".\($0)" : "[\($0)]" }.joined()
    let key =
      owner.plugin == nil
      ? Printable.code(path + part) : "\(Printable.code(item.name + part)) of \(owner.name)"
    // A key with nothing behind it has no value to point at.
    let isEmpty = node.isNull && node.scalar?.text.isEmpty == true
    var diagnostic = Diagnostic(
      .wrongType, "", at: isEmpty ? entry.keyPlace : node.place, path: path,
      origin: node.origin, found: found, allowed: problem.expected)
    switch problem.reason {
    case .type:
      diagnostic.message =
        "\(key) takes \(problem.path.isEmpty ? parameter.form.inWords : problem.expected), "
        + "not \(typeFound(problem.found, node))"
      diagnostic.label =
        problem.hint
        ?? (part.isEmpty
          ? typeLabel(item, parameter, isEmpty)
          : problem.expected + (parameter.bounds.map { ", " + $0.inWords } ?? ""))
      if problem.hint == nil, !problem.choices.isEmpty {
        diagnostic.label = "one of " + Printable.alternatives(problem.choices)
      }
    case .choice:
      diagnostic.code = .notAChoice
      let near = Suggestion.nearest(node.inShort, among: problem.choices)
      diagnostic.message = "\(key) is \(Printable.code(found)), which is none of its values"
      diagnostic.suggestion = near.first
      diagnostic.label =
        problem.hint
        ?? (near.isEmpty
          ? "one of " + Printable.alternatives(problem.choices)
          : "did you mean \(Printable.alternatives(near))? (one of "
            + problem.choices.joined(separator: ", ") + ")")
      diagnostic.notes.append(.init("`\(item.name)`: \(item.text)"))
    case .range:
      diagnostic.code = .outOfRange
      let range =
        parameter.bounds.map { $0.sentence(parameter.unit) } ?? "must be \(problem.expected)"
      diagnostic.message = "\(key) is \(found), but \(range)"
      diagnostic.label = problem.hint ?? (part.isEmpty ? item.summary : problem.expected)
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

extension Bounds {
  /// "must be at least 0 and below 1".
  func sentence(_ unit: String?) -> String {
    let low = lower.map { (includesLower ? "at least " : "above ") + ConfigValue.format($0) }
    let high = upper.map { (includesUpper ? "at most " : "below ") + ConfigValue.format($0) }
    return "must be " + [low, high].compactMap { $0 }.joined(separator: " and ")
      + (unit.map { " " + $0 } ?? "")
  }
}
