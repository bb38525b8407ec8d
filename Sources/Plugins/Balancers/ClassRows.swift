import EspalierProtocols

/// The training samples of each class.
struct ClassRows {
  /// Numbers of the samples, class by class.
  let rows: [[Int]]
  let names: [String]
  /// Number of samples.
  let count: Int

  init(_ samples: BalancingSamples) throws {
    let classes = try samples.classes()
    names = samples.training.description.target.names
    var rows = [[Int]](repeating: [], count: names.count)
    for (sample, number) in classes.enumerated() { rows[number].append(sample) }
    self.rows = rows
    count = classes.count
  }

  /// Samples of each class that has any.
  var sizes: [Int] { rows.map(\.count).filter { $0 > 0 } }
}
