import EspalierProtocols

/// Which numbers of a sample share one shift and one scale.
public enum Grouping: String, Choice, Sendable {
  /// Those of one entry of the first axis: a feature of a table, a channel of an image.
  case channel
  /// None: each number has its own.
  case pixel
  /// All of them.
  case all

  /// Number of groups of a sample.
  func count(_ shape: Shape) -> Int {
    switch self {
    case .channel: shape.dimensions.first ?? 1
    case .pixel: shape.count
    case .all: 1
    }
  }

  /// Repeats one value a group for all numbers of a sample.
  func spread(_ values: [Float], _ shape: Shape) -> [Float] {
    let size = shape.count / max(values.count, 1)
    return values.flatMap { [Float](repeating: $0, count: size) }
  }

  /// The shape in which one value a group is saved.
  func stateShape(_ shape: Shape) -> Shape {
    switch self {
    case .channel: [shape.dimensions.first ?? 1]
    case .pixel: shape
    case .all: [1]
    }
  }
}

/// Reads one fitted array of a saved state.
func restored(
  _ name: String, from state: [String: TransformState], count: Int, of plugin: String
) throws -> [Float] {
  guard let array = state[name] else {
    throw PluginError("the saved \(plugin) lacks `\(name)`")
  }
  guard array.values.count == count, array.values.allSatisfy(\.isFinite) else {
    throw PluginError(
      "the saved \(plugin) has \(array.values.count) values of `\(name)`, \(count) finite ones are "
        + "needed")
  }
  return array.values
}
