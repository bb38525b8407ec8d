import EspalierProtocols

/// An argument with a name and a value: `--output DIR` or `--output=DIR`.
///
/// ```swift
/// @Option("threads that compute", as: "N", in: 0...) var threads: Int?
/// @Option("what is predicted on", as: "PART") var split: Split = .test
/// @Option("changes a value of the config", as: "PATH=VALUE") var set: [String]
/// ```
/// The option's name is the property's. One whose value is a list may be given several times.
@propertyWrapper
struct Option<Value: ParameterValue>: AnyArgument {
  private let store: ArgumentStore<Value>
  var shape: ArgumentShape

  /// - Parameter placeholder: what stands for the value in help texts.
  init(
    wrappedValue: Value, _ text: String, as placeholder: String,
    in range: (any BoundsConvertible)? = nil, completes completion: Completion = .none
  ) {
    store = ArgumentStore(wrappedValue)
    shape = ArgumentShape(
      role: .option, text: text, placeholder: placeholder, form: Value.form,
      bounds: range?.bounds, completion: completion)
    switch wrappedValue.configValue {
    case .null, .list([]): break
    case let value: shape.standard = value.description
    }
  }

  init(
    _ text: String, as placeholder: String, in range: (any BoundsConvertible)? = nil,
    completes completion: Completion = .none
  ) {
    store = ArgumentStore(nil)
    shape = ArgumentShape(
      role: .option, text: text, placeholder: placeholder, form: Value.form,
      bounds: range?.bounds, isRequired: true, completion: completion)
  }

  var wrappedValue: Value {
    guard let value = store.value else {
      preconditionFailure("a required option (\(shape.text)) was read before it was parsed")
    }
    return value
  }

  var isGiven: Bool { store.isGiven }
  func take(_ word: String) throws(ValueProblem) { try store.take(word, bounds: shape.bounds) }
}

extension Option where Value: ExpressibleByNilLiteral {
  init(
    _ text: String, as placeholder: String, in range: (any BoundsConvertible)? = nil,
    completes completion: Completion = .none
  ) {
    self.init(wrappedValue: nil, text, as: placeholder, in: range, completes: completion)
  }
}

extension Option where Value: ExpressibleByArrayLiteral {
  init(_ text: String, as placeholder: String, completes completion: Completion = .none) {
    self.init(wrappedValue: [], text, as: placeholder, completes: completion)
  }
}

/// An argument that is there or not: `--force`.
@propertyWrapper
struct Flag: AnyArgument {
  private let store = ArgumentStore<Bool>(false)
  let shape: ArgumentShape

  init(_ text: String) { shape = ArgumentShape(role: .flag, text: text) }

  var wrappedValue: Bool { isGiven }
  var isGiven: Bool { store.isGiven }
  func take(_ word: String) throws(ValueProblem) {
    _ = try? store.take("true", bounds: nil)
  }
}

/// An argument that is found by its position.
///
/// ```swift
/// @Operand("the config of the run", as: "CONFIG", completes: .files(["yaml"])) var config: String
/// ```
/// One whose type is optional may be left out; all behind it may then be, too.
@propertyWrapper
struct Operand<Value: ParameterValue>: AnyArgument {
  private let store: ArgumentStore<Value>
  let shape: ArgumentShape

  private init(store: ArgumentStore<Value>, shape: ArgumentShape) {
    self.store = store
    self.shape = shape
  }

  init(_ text: String, as placeholder: String, completes completion: Completion = .none) {
    self.init(
      store: ArgumentStore(nil),
      shape: ArgumentShape(
        role: .operand, text: text, placeholder: placeholder, form: Value.form, isRequired: true,
        completion: completion))
  }

  var wrappedValue: Value {
    guard let value = store.value else {
      preconditionFailure("a required operand (\(shape.text)) was read before it was parsed")
    }
    return value
  }

  var isGiven: Bool { store.isGiven }
  func take(_ word: String) throws(ValueProblem) { try store.take(word, bounds: nil) }
}

extension Operand where Value: ExpressibleByNilLiteral {
  init(_ text: String, as placeholder: String, completes completion: Completion = .none) {
    self.init(
      store: ArgumentStore(.some(nil)),
      shape: ArgumentShape(
        role: .operand, text: text, placeholder: placeholder, form: Value.form,
        completion: completion))
  }
}

extension Operand where Value: ExpressibleByArrayLiteral {
  init(_ text: String, as placeholder: String, completes completion: Completion = .none) {
    self.init(
      store: ArgumentStore([]),
      shape: ArgumentShape(
        role: .operand, text: text, placeholder: placeholder, form: Value.form,
        completion: completion))
  }
}
