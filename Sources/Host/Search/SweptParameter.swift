import EspalierProtocols

/// A searched value of the config, with its place in the sweep.
struct SweptParameter: Sendable {
  let parameter: SearchParameter
  let keyPlace: ConfigPlace
  let node: ConfigNode
  /// The values of a list, each with its place.
  let choices: [ConfigNode]

  /// What a trial sets when the parameter has this number.
  func setting(_ number: Double) -> ConfigSetting? {
    ConfigSetting(path: parameter.path, at: keyPlace, to: value(number))
  }

  private func value(_ number: Double) -> ConfigNode {
    var result: ConfigNode
    if choices.isEmpty {
      let value = parameter.range.configValue(of: number)
      let scalar = ConfigScalar(value: value, text: value.description, isPlain: true)
      result = ConfigNode(content: .scalar(scalar), place: node.place, origin: [])
    } else {
      result = choices[Int(number)]
    }
    result.origin = ["tried by the sweep"] + result.origin
    return result
  }
}

extension ConfigDecoder {
  /// Reads what a path of a sweep can be.
  mutating func sweptParameter(_ entry: ConfigEntry) -> SweptParameter? {
    guard !entry.value.isInvalid else { return nil }
    func swept(_ range: SearchRange, _ choices: [ConfigNode] = []) -> SweptParameter {
      SweptParameter(
        parameter: SearchParameter(entry.key, range), keyPlace: entry.keyPlace, node: entry.value,
        choices: choices)
    }
    guard ConfigSetting(path: entry.key, at: entry.keyPlace, to: entry.value) != nil else {
      problems.append(noPath(entry))
      return nil
    }
    let path = "parameters." + entry.key
    if entry.value.elements != nil {
      return choices(entry.value, path).map { swept(.choice($0.map { $0.value() }), $0) }
    }
    let names = [RangeForms.choice] + RangeForms.all.map { $0.name }
    guard let written = entry.value.entries?.first, entry.value.entries?.count == 1 else {
      problems.append(
        Diagnostic(
          .sweepParameter,
          "\(Printable.code(entry.key)) needs a list of values, or one range",
          at: entry.value.place,
          path: path, origin: entry.value.origin, found: entry.value.inShort,
          label: entry.value.entries == nil
            ? "one value is no search: write it under `set`, or a list"
            : "for example `{log_uniform: [1e-4, 1e-1]}`; ranges are "
              + Printable.alternatives(names, "and")))
      return nil
    }
    if written.key == RangeForms.choice {
      return choices(written.value, path).map { swept(.choice($0.map { $0.value() }), $0) }
    }
    guard let form = RangeForms.all.first(where: { $0.name == written.key }) else {
      let near = Suggestion.nearest(written.key, among: names)
      problems.append(
        Diagnostic(
          .sweepParameter, "there is no range \(Printable.code(written.key))",
          at: written.keyPlace, path: path, origin: written.keyOrigin, found: written.key,
          suggestion: near.first,
          label: near.isEmpty
            ? "ranges are " + Printable.alternatives(names, "and")
            : "did you mean \(Printable.alternatives(near))?"))
      return nil
    }
    return range(form.init(), written, path).map { swept($0) }
  }

  func noPath(_ entry: ConfigEntry) -> Diagnostic {
    Diagnostic(
      .setForm, "\(Printable.code(entry.key)) is no path", at: entry.keyPlace,
      origin: entry.keyOrigin, found: entry.key,
      label: "keys joined by points, elements by their number: `model[0].dense.units`")
  }

  private mutating func choices(_ node: ConfigNode, _ path: String) -> [ConfigNode]? {
    let elements = node.elements ?? []
    var known = Set<ConfigValue>()
    guard !elements.isEmpty else {
      problems.append(
        Diagnostic(
          .sweepParameter, "a list of values to try has at least one", at: node.place, path: path,
          origin: node.origin, label: "write some, for example `[32, 64, 128]`"))
      return nil
    }
    for element in elements where !known.insert(element.value()).inserted {
      problems.append(
        Diagnostic(
          .sweepParameter, "\(Printable.code("\(element.value())")) is in the list twice",
          at: element.place, path: path, origin: element.origin, label: "remove one of the two"))
      return nil
    }
    return elements.contains(where: \.isInvalid) ? nil : elements
  }

  private mutating func range(
    _ form: any RangeForm, _ written: ConfigEntry, _ path: String
  ) -> SearchRange? {
    let type = type(of: form)
    let ends = type.ends
    var entries = written.value.entries
    if let elements = written.value.elements, elements.count == 2 {
      entries = zip([ends.0, ends.1], elements).map {
        ConfigEntry(key: $0, keyPlace: $1.place, keyOrigin: $1.origin, value: $1)
      }
    }
    guard let entries else {
      problems.append(
        Diagnostic(
          .sweepParameter, "`\(type.name)` takes two numbers", at: written.value.place,
          path: path, origin: written.value.origin, found: written.value.inShort,
          label: "write `\(type.name): [\(ends.0), \(ends.1)]`, each a number"))
      return nil
    }
    let before = problems.count
    let inner = path + "." + type.name
    var owner = Owner(
      name: Printable.code(type.name), path: inner, place: written.keyPlace,
      origin: written.keyOrigin)
    owner.isSweep = true
    decode(entries, SchemaItem.items(of: form), owner)
    guard problems.count == before else { return nil }
    switch form.range() {
    case .success(let range): return range
    case .failure(let problem):
      let place = entries.first { $0.key == problem.key }?.value.place ?? written.value.place
      problems.append(
        Diagnostic(
          .sweepParameter, problem.message, at: place, path: inner, origin: written.value.origin,
          label: problem.label))
      return nil
    }
  }
}
