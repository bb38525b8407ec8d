import EspalierProtocols
import EspalierYAML

/// Turns a YAML tree into a config tree: every value keeps its place, references to the environment
/// are replaced, and keys that are written twice are reported.
struct TreeReader {
  let text: ConfigText
  /// How this text came into the config.
  let origin: [String]
  let environment: [String: String]
  private(set) var problems: [Diagnostic] = []

  init(text: ConfigText, origin: [String], environment: [String: String]) {
    self.text = text
    self.origin = origin
    self.environment = environment
  }

  /// As large as any sensible config.
  static let limits = YAML.Limits(
    nesting: 100, bytes: 8 << 20, nodes: 200_000, expandedNodes: 200_000)
  /// Keys that are written twice are found by the reader, all of them at once.
  static let options = YAML.Options(allowsDuplicateKeys: true)

  mutating func read(_ node: YAMLNode) -> ConfigNode { read(node, origin) }

  private mutating func read(_ node: YAMLNode, _ origin: [String]) -> ConfigNode {
    var origin = origin
    if let alias = node.alias {
      origin.insert(
        "by the alias at \(text.name):\(text.number(of: alias.line)):\(alias.column)", at: 0)
    }
    let place = self.place(of: node)
    switch node.content {
    case .scalar(let scalar):
      return read(scalar, node, place, origin)
    case .sequence(let elements):
      return ConfigNode(
        content: .list(elements.map { read($0, origin) }), place: place, origin: origin)
    case .mapping(let entries):
      return ConfigNode(content: .table(read(entries, origin)), place: place, origin: origin)
    }
  }

  private mutating func read(_ entries: [YAMLNode.Entry], _ origin: [String]) -> [ConfigEntry] {
    var result: [ConfigEntry] = []
    var known: [String: Int] = [:]
    for entry in entries {
      let keyPlace = place(of: entry.key)
      var origin = origin
      if let merge = entry.mergedAt {
        origin.insert(
          "merged by `<<` at \(text.name):\(text.number(of: merge.line)):\(merge.column)", at: 0)
      }
      guard let key = entry.key.text else {
        problems.append(
          Diagnostic(
            .keyNotText, "a key must be a name, not a list or a group", at: keyPlace,
            origin: origin, label: "write a name, or quote the text if it was meant as one"))
        continue
      }
      let value = read(entry.value, origin)
      if let first = known[key] {
        problems.append(
          Diagnostic(
            .duplicateKey, "the key \(Printable.code(key)) is written twice in one group",
            at: keyPlace, origin: origin, found: key, label: "remove one of the two",
            notes: [.init("first written here", at: result[first].keyPlace)]))
        continue
      }
      known[key] = result.count
      result.append(ConfigEntry(key: key, keyPlace: keyPlace, keyOrigin: origin, value: value))
    }
    return result
  }

  private mutating func read(
    _ scalar: YAMLNode.Scalar, _ node: YAMLNode, _ place: ConfigPlace, _ origin: [String]
  ) -> ConfigNode {
    var origin = origin
    guard scalar.text.utf8.contains(UInt8(ascii: "$")) else {
      let value = ConfigValue(node.value ?? .null)
      let read = ConfigScalar(
        value: value, text: scalar.text, isPlain: scalar.style == .plain && node.tag == nil)
      return ConfigNode(content: .scalar(read), place: place, origin: origin)
    }
    do throws(Interpolation.Problem) {
      let result = try Interpolation.resolve(scalar.text, environment)
      for name in result.names { origin.insert("from the environment variable \(name)", at: 0) }
      // A value that is one reference stands for what the variable holds: a number stays a number.
      let isPlain = result.isWhole || (result.names.isEmpty && scalar.style == .plain)
      let value: ConfigValue =
        isPlain
        ? ConfigValue(YAMLNode(.scalar(YAMLNode.Scalar(result.text))).value ?? .null)
        : .text(result.text)
      let read = ConfigScalar(value: value, text: result.text, isPlain: isPlain)
      return ConfigNode(content: .scalar(read), place: place, origin: origin)
    } catch {
      problems.append(error.diagnostic(at: place, origin, environment))
      return ConfigNode(content: .invalid, place: place, origin: origin)
    }
  }

  private func place(of node: YAMLNode) -> ConfigPlace {
    let start = node.start ?? SourcePosition(line: 1, column: 1, offset: 0)
    return ConfigPlace(text, from: start, to: node.end)
  }
}

extension ConfigValue {
  init(_ value: YAMLNode.Value) {
    switch value {
    case .null: self = .null
    case .bool(let flag): self = .bool(flag)
    case .int(let number): self = .integer(number)
    case .float(let number): self = .number(number)
    case .string(let text): self = .text(text)
    }
  }
}
