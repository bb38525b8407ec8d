import EspalierProtocols

/// A value of the config after files, environment and command line were put together.
struct ConfigNode: Sendable {
  enum Content: Sendable {
    case scalar(ConfigScalar)
    case list([ConfigNode])
    case table([ConfigEntry])
    /// What could not be made out; its problem is already reported.
    case invalid
  }
  var content: Content
  var place: ConfigPlace
  /// How it came here, the nearest first.
  var origin: [String]

  var scalar: ConfigScalar? { if case .scalar(let scalar) = content { scalar } else { nil } }
  var elements: [ConfigNode]? { if case .list(let elements) = content { elements } else { nil } }
  var entries: [ConfigEntry]? { if case .table(let entries) = content { entries } else { nil } }
  var isNull: Bool { scalar?.value == .null }
  var isInvalid: Bool { if case .invalid = content { true } else { false } }

  subscript(key: String) -> ConfigNode? { entries?.first { $0.key == key }?.value }

  /// The value without places. Text is taken as it was written where the form wants text.
  func value(for form: ValueForm? = nil) -> ConfigValue {
    switch content {
    case .invalid: return .null
    case .scalar(let scalar):
      let isNumberOrFlag = scalar.isPlain && scalar.value != .null
      // In `target: 007` and `name: no` the text itself is meant.
      if isNumberOrFlag, form?.wantsText == true { return .text(scalar.text) }
      if case .list(let element)? = form, isNumberOrFlag, element.wantsText {
        return .text(scalar.text)
      }
      return scalar.value
    case .list(let elements):
      let form = form?.element
      return .list(elements.map { $0.value(for: form) })
    case .table(let entries):
      let form = form?.element
      return .table(entries.map { .init($0.key, $0.value.value(for: form)) })
    }
  }

  /// A section that was written as one value, `start_from: runs/digits`, as its group of keys.
  func expanded(_ shortKey: String?) -> ConfigNode {
    guard let shortKey, scalar != nil, !isNull else { return self }
    let entry = ConfigEntry(key: shortKey, keyPlace: place, keyOrigin: origin, value: self)
    return ConfigNode(content: .table([entry]), place: place, origin: origin)
  }

  /// The part that indices and keys lead to; the nearest that exists.
  func descend(_ steps: some Sequence<String>) -> ConfigNode {
    var node = self
    for step in steps {
      if let elements = node.elements, let index = Int(step), elements.indices.contains(index) {
        node = elements[index]
      } else if let next = node[step] {
        node = next
      } else {
        return node
      }
    }
    return node
  }

  /// What was written, short enough for a message.
  var inShort: String {
    switch content {
    case .scalar(let scalar): scalar.value == .null && scalar.text.isEmpty ? "" : scalar.text
    case .list, .table, .invalid: value().kindInWords
    }
  }
}

struct ConfigScalar: Sendable {
  var value: ConfigValue
  /// As it was written, without quotes.
  var text: String
  /// Without quotes, so that it may be a number, a truth value or null.
  var isPlain: Bool
}

struct ConfigEntry: Sendable {
  var key: String
  var keyPlace: ConfigPlace
  var keyOrigin: [String]
  var value: ConfigNode
}

extension ValueForm {
  /// What the elements of a list or a table are.
  fileprivate var element: ValueForm? {
    switch self {
    case .list(let element), .table(let element): element
    case .optional(let wrapped): wrapped.element
    default: nil
    }
  }
}
