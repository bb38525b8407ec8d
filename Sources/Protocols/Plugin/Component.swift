/// Another plugin that a plugin is made of.
///
/// ```swift
/// @Component("applied to the output") public var activation: (any Activation)?
/// @Component("the branch beside the shortcut") public var layers: [any Layer]
/// ```
/// `Value` is `any Kind` (required unless a default stands in the declaration), an optional of it, or
/// a list of it. In a config the component is written like any plugin: its name, or one key with its
/// options.
@propertyWrapper
public struct Component<Value: Sendable>: Sendable {
  final class Box: @unchecked Sendable {
    var value: Value?
    init(_ value: Value?) { self.value = value }
  }
  private var box: Box
  /// What the component is for, in a few words.
  public let text: String
  let defaultValue: Value?

  public init(wrappedValue: Value, _ text: String) {
    box = Box(wrappedValue)
    defaultValue = wrappedValue
    self.text = text
  }

  public init(_ text: String) {
    box = Box(nil)
    defaultValue = nil
    self.text = text
  }

  /// The plugin or plugins it holds.
  public var wrappedValue: Value {
    get {
      guard let value = box.value else {
        preconditionFailure("a required component (\(text)) was read before it was set")
      }
      return value
    }
    set {
      if isKnownUniquelyReferenced(&box) { box.value = newValue } else { box = Box(newValue) }
    }
  }
}

/// How many plugins a component holds.
public enum Multiplicity: Sendable { case one, optional, many }

/// A component without its type, as the host sees it through reflection.
public protocol AnyComponent: Sendable {
  var text: String { get }
  /// The kind of plugin it takes, and how many.
  var kind: PluginKind { get }
  var multiplicity: Multiplicity { get }
  /// Whether a config may leave it out.
  var hasDefault: Bool { get }
  /// The plugins it holds now.
  var current: [any Plugin] { get }
  /// Stores plugins of its kind: one, none for an optional, any number for a list.
  func assign(_ plugins: [any Plugin])
}

extension Component: AnyComponent {
  private var slot: (kind: PluginKind, multiplicity: Multiplicity) {
    guard let slot = PluginKind.slot(for: Value.self) else {
      preconditionFailure(
        "\(Value.self) is no kind of plugin: write any Kind, (any Kind)? or [any Kind]")
    }
    return slot
  }
  public var kind: PluginKind { slot.kind }
  public var multiplicity: Multiplicity { slot.multiplicity }
  public var hasDefault: Bool { defaultValue != nil || multiplicity == .optional }

  public var current: [any Plugin] {
    guard let value = box.value else { return [] }
    if let many = value as? [any Plugin] { return many }
    return (value as? any Plugin).map { [$0] } ?? []
  }

  public func assign(_ plugins: [any Plugin]) {
    let value: Value? =
      switch multiplicity {
      case .many: plugins as? Value
      case .one: plugins.first.flatMap { $0 as? Value }
      // Without a plugin the value is `nil` of the optional type, not "no value yet".
      case .optional: (plugins.first as Any) as? Value
      }
    precondition(value != nil || plugins.isEmpty, "a component was given a plugin of another kind")
    box.value = value
  }
}

extension Component where Value: ExpressibleByNilLiteral {
  /// An optional component is absent unless a config names it.
  public init(_ text: String) { self.init(wrappedValue: nil, text) }
}
