import EspalierFormats
import EspalierProtocols

/// Values of variables at an earlier moment, such as a run's best weights.
///
/// They are as large as the model and seldom looked at, so they wait in a file without a name where the run has a
/// folder. What is small, or has no folder, stays in memory.
struct VariableSnapshot {
  struct Item {
    let variable: Variable
    /// Some of its elements.
    let read: (Range<Int>) throws -> [Float]
  }

  let items: [Item]

  init(_ items: [Item]) { self.items = items }

  /// A file is worth its while from here on.
  private static let largestInMemory = 4 << 20

  /// The variables as they are now.
  ///
  /// - Parameter folder: the run's.
  init(_ variables: [Variable], in memory: any VariableMemory, folder: String?) {
    let bytes = 4 * variables.reduce(0) { $0 + $1.shape.count }
    // Where the disk is full, memory has to do.
    if bytes > Self.largestInMemory, let folder,
      let items = try? Self.inFile(variables, memory, folder)
    {
      self.items = items
    } else {
      items = variables.map { variable in
        let values = memory.read(variable)
        return Item(variable: variable) { Array(values[$0]) }
      }
    }
  }

  private static func inFile(
    _ variables: [Variable], _ memory: any VariableMemory, _ folder: String
  ) throws -> [Item] {
    let file = try UnnamedFile(in: folder)
    var start = 0
    return try variables.map { variable in
      for piece in SafeTensors.pieces(of: variable.shape.count) {
        try file.append(memory.read(variable, piece))
      }
      let first = start
      start += variable.shape.count
      return Item(variable: variable) {
        try file.floats(first + $0.lowerBound..<first + $0.upperBound)
      }
    }
  }
}
