extension SafeTensorsFile {
  /// The arrays that one which is not there may have been meant to be, the likeliest first: those of its
  /// shape, then by the letters in which the names differ.
  package func nearest(
    to name: String, shape: [Int], among names: [String]? = nil, count: Int = 3
  ) -> [(name: String, shape: [Int])] {
    let ranked = (names ?? self.names).map { candidate in
      let found = self[candidate]?.shape ?? []
      return (
        candidate, found, rank: (found == shape ? 0 : 1, distance(candidate, name), candidate)
      )
    }
    return ranked.sorted { $0.rank < $1.rank }.prefix(count).map { ($0.0, $0.1) }
  }
}

/// The number of letters to change, insert or remove to get from one text to another.
private func distance(_ a: String, _ b: String) -> Int {
  let b = Array(b.utf8)
  var row = Array(0...b.count)
  for (i, left) in a.utf8.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, right) in b.enumerated() {
      let change = diagonal + (left == right ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}
