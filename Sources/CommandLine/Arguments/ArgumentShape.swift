import EspalierProtocols

/// What is declared about an argument; parser, help and completion all read it from here.
struct ArgumentShape: Sendable {
  enum Role: Sendable {
    /// `--force`
    case flag
    /// `--output DIR`
    case option
    /// Found by its position.
    case operand
  }
  var role: Role
  var text: String
  /// What stands for the value in help texts: `DIR`. Empty for a flag.
  var placeholder = ""
  var form = ValueForm.bool
  var bounds: Bounds?
  var isRequired = false
  /// What holds when the argument is absent, if help should tell.
  var standard: String?
  var completion = Completion.none

  /// Whether it may be given several times, each adding to a list.
  var repeats: Bool {
    if case .list = form { true } else { false }
  }

  /// The values among which one is chosen; empty when it is free.
  var choices: [String] { form.choices }
}

/// What a shell offers for a value.
enum Completion: Sendable, Hashable {
  case none
  case values([String])
  /// Files with one of these endings; any file when there are none.
  case files([String])
  case folders
  /// Names of the catalog's plugins.
  case plugins
  /// Commands of the program.
  case commands
}

extension ValueForm {
  /// The form without what says how often, and whether at all.
  var single: ValueForm {
    switch self {
    case .optional(let inner), .list(let inner): inner.single
    default: self
    }
  }

  fileprivate var choices: [String] {
    if case .choice(let names) = single { names } else { [] }
  }
}

/// An argument without its type, as the parser sees it through reflection.
protocol AnyArgument: Sendable {
  var shape: ArgumentShape { get }
  /// Whether it was on the command line.
  var isGiven: Bool { get }
  /// Reads a word of the command line; a flag takes none.
  func take(_ word: String) throws(ValueProblem)
}

/// An argument with the name under which it was declared.
struct NamedArgument: Sendable {
  /// Lower case with hyphens: `dry-run`.
  let name: String
  let argument: any AnyArgument
  var shape: ArgumentShape { argument.shape }

  /// As in messages: `--output`, or an operand's placeholder.
  var inWords: String { shape.role == .operand ? shape.placeholder : "--" + name }

  /// The arguments of a command in the order of their declaration.
  static func all(of command: any Command) -> [NamedArgument] {
    Mirror(reflecting: command).children.compactMap { child in
      guard let label = child.label, let argument = child.value as? any AnyArgument else {
        return nil
      }
      // A wrapped property is stored under its name with an underscore before it.
      return NamedArgument(name: hyphenated(String(label.dropFirst())), argument: argument)
    }
  }

  private static func hyphenated(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? "-" + $1.lowercased() : String($1) }
  }
}
