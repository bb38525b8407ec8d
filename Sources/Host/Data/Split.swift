import EspalierProtocols

/// Which samples of a data set are for training, validation and test.
///
/// Each part lists its samples in the order of the data set.
package struct Split: Sendable, Hashable {
  package var training: [Int]
  package var validation: [Int]
  package var test: [Int]

  /// Everything for training.
  package init(trainingOnly count: Int) {
    training = Array(0..<count)
    validation = []
    test = []
  }

  /// Divides samples by fractions.
  ///
  /// - Parameters:
  ///   - count: number of samples.
  ///   - validation: share of the samples for validation, 0 for none.
  ///   - test: the same for test.
  ///   - classes: the class of each sample, where the parts should have equal shares of each class.
  ///   - groups: the group of each sample, where groups should stay together; parts then come near their
  ///     shares only.
  ///   - shuffle: whether parts are drawn at random; else training comes first and test last.
  /// - Throws: ``PluginError`` when a part would be empty.
  package init(
    count: Int, validation: Double, test: Double, classes: [Int]? = nil, groups: [Int]? = nil,
    shuffle: Bool = true, seed: UInt64
  ) throws {
    for (name, share) in [("validation", validation), ("test", test)] {
      guard share >= 0, share < 1 else {
        throw PluginError("\(share) is no share of the samples; 0 ≤ x < 1 is", parameter: name)
      }
    }
    guard validation + test < 1 else {
      throw PluginError(
        "validation (\(validation)) and test (\(test)) leave nothing for training",
        parameter: "validation")
    }
    var random = CounterRandom(seed: seed, stream: "split")
    let order = shuffle ? random.permutation(count) : Array(0..<count)
    var parts: [[Int]] = [[], [], []]
    if let groups {
      let shares = [1 - validation - test, validation, test]
      let partOf =
        shuffle
        ? GroupedParts.parts(of: groups, classes: classes, shares: shares, order: order)
        : GroupedParts.consecutiveParts(of: groups, shares: shares)
      for sample in order { parts[partOf[sample]].append(sample) }
    } else {
      var strata: [[Int]] = [order]
      if let classes {
        strata = [[Int]](repeating: [], count: (classes.max() ?? 0) + 1)
        for sample in order { strata[classes[sample]].append(sample) }
        strata.removeAll(where: \.isEmpty)
      }
      let sizes = Self.sizes(strata.map(\.count), shares: [validation, test])
      for (stratum, size) in zip(strata, sizes) {
        let rest = stratum.count - size[0] - size[1]
        parts[0] += stratum[..<rest]
        parts[1] += stratum[rest..<rest + size[0]]
        parts[2] += stratum[(rest + size[0])...]
      }
    }
    training = parts[0].sorted()
    self.validation = parts[1].sorted()
    self.test = parts[2].sorted()
    for (name, share, part) in [
      ("validation", validation, self.validation), ("test", test, self.test),
    ] where share > 0 && part.isEmpty {
      let whole = groups.map { "\(count) samples in \(Set($0).count) groups" } ?? "\(count) samples"
      throw PluginError(
        "\(ConfigValue.format(share)) of \(whole) is no sample for \(name)", parameter: name)
    }
    guard !training.isEmpty else {
      throw PluginError("\(count) samples leave none for training", parameter: "validation")
    }
  }

  /// How many samples of each group go to each of the parts beside training.
  ///
  /// A part's size is its share of all samples, rounded. Each group gives its share rounded down; what
  /// is missing comes from the groups with the largest remainders. A group of enough samples has one in
  /// every part, and training always keeps one.
  package static func sizes(_ groups: [Int], shares: [Double]) -> [[Int]] {
    let total = groups.reduce(0, +)
    let parts = shares.filter { $0 > 0 }.count + 1
    var result = groups.map { _ in [Int](repeating: 0, count: shares.count) }
    for (part, share) in shares.enumerated() where share > 0 {
      let size = Int((Double(total) * share).rounded())
      // A part so small that it rounds to nothing stays empty, and is complained about.
      guard size > 0 else { continue }
      let ideals = groups.map { Double($0) * share }
      var sizes = ideals.map { Int($0) }
      let missing = size - sizes.reduce(0, +)
      let byRemainder = groups.indices.sorted {
        (ideals[$1] - Double(sizes[$1]), $0) < (ideals[$0] - Double(sizes[$0]), $1)
      }
      for group in byRemainder.prefix(max(missing, 0)) { sizes[group] += 1 }
      for group in groups.indices where sizes[group] == 0 && groups[group] >= parts {
        sizes[group] = 1
        // A group that was rounded up gives one back, so that the part keeps its size.
        let donor = groups.indices.filter { sizes[$0] > 1 && Double(sizes[$0]) > ideals[$0] }
          .max { Double(sizes[$0]) - ideals[$0] < Double(sizes[$1]) - ideals[$1] }
        if let donor, groups.count > 1 { sizes[donor] -= 1 }
      }
      for group in groups.indices { result[group][part] = sizes[group] }
    }
    for group in groups.indices {
      while groups[group] - result[group].reduce(0, +) < 1 {
        let largest = result[group].indices.max { result[group][$0] < result[group][$1] }!
        guard result[group][largest] > 0 else { break }
        result[group][largest] -= 1
      }
    }
    return result
  }
}
