/// What a variable is for; decides what is saved where, and what the optimizer changes.
public enum VariableRole: String, Sendable, Hashable {
  /// Learned: matrices and filters. Regularizers and weight decay act on these.
  case weight
  /// Learned: offsets.
  case bias
  /// Learned: scales and shifts of normalization, slopes of activations.
  case scale
  /// Saved with the weights, not learned: running statistics.
  case statistic
  /// The optimizer's.
  case optimizer
  /// A flat run of others, for kernels that treat all of them alike.
  case flat

  /// Whether gradients reach it and the optimizer changes it.
  public var isLearned: Bool { self == .weight || self == .bias || self == .scale }
}

/// Persistent storage of a model or an optimizer.
public struct Variable: Sendable {
  /// Its number in the table.
  public let id: Int
  /// Path of the layer and its own name, as in saved weights: `dense_1.weight`.
  public let name: String
  /// Its extents.
  public let shape: Shape
  /// What it is for.
  public let role: VariableRole
  /// How its first value is made.
  public let initial: InitialValue
  /// The flat variable in which it lies, with its first element's offset there.
  public var base: (variable: Int, offset: Int)?
}

/// How a variable's first value is made.
public enum InitialValue: Sendable {
  case constant(Float)
  /// By an initializer; fans are the numbers of inputs and outputs of a unit.
  case drawn(any Initializer, fanIn: Int, fanOut: Int)
}

/// All variables of a model, shared by the programs recorded for it (one a batch shape).
public final class VariableTable {
  /// All of them; a variable's `id` is its place here.
  public private(set) var variables: [Variable] = []
  private var index: [String: Int] = [:]

  public init() {}

  /// The variable of this full name.
  public subscript(name: String) -> Variable? { index[name].map { variables[$0] } }

  /// Learned variables in the order of declaration.
  public var learned: [Variable] { variables.filter(\.role.isLearned) }

  /// The variable of this name, declared at the first call and found at later ones.
  /// - Throws: ``PluginError`` when it was declared with another shape.
  public func declare(_ name: String, _ shape: Shape, role: VariableRole, initial: InitialValue)
    throws(PluginError) -> Variable
  {
    if let known = self[name] {
      guard known.shape == shape else {
        throw PluginError("`\(name)` is used with shape \(shape) and with \(known.shape)")
      }
      return known
    }
    let variable = Variable(
      id: variables.count, name: name, shape: shape, role: role, initial: initial, base: nil)
    index[name] = variable.id
    variables.append(variable)
    return variable
  }

  /// Lays variables one after another into a new flat variable.
  ///
  /// Each starts at a multiple of 16 elements, a cache line, so that kernels load aligned vectors.
  public func flatten(_ members: [Int], name: String) throws(PluginError) -> (
    flat: Variable, offsets: [Int]
  ) {
    if let known = self[name] {
      return (known, members.map { variables[$0].base?.offset ?? 0 })
    }
    var offsets: [Int] = []
    var end = 0
    for member in members {
      offsets.append(end)
      end += (variables[member].shape.count + 15) / 16 * 16
    }
    let flat = try declare(name, [end], role: .flat, initial: .constant(0))
    for (member, offset) in zip(members, offsets) {
      variables[member].base = (flat.id, offset)
    }
    return (flat, offsets)
  }
}
