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
    guard let groups else {
      let marks = try SplitMarks(
        count: count, validation: validation, test: test,
        classOf: classes.map { classes in { classes[$0] } }, shuffle: shuffle, seed: seed)
      training = Array(marks.samples(of: .training))
      self.validation = Array(marks.samples(of: .validation))
      self.test = Array(marks.samples(of: .test))
      return
    }
    try SplitMarks.checkShares(validation: validation, test: test)
    var random = CounterRandom(seed: seed, stream: "split")
    let order = shuffle ? random.permutation(count) : Array(0..<count)
    let shares = [1 - validation - test, validation, test]
    let partOf =
      shuffle
      ? GroupedParts.parts(of: groups, classes: classes, shares: shares, order: order)
      : GroupedParts.consecutiveParts(of: groups, shares: shares)
    var parts: [[Int]] = [[], [], []]
    for sample in 0..<count { parts[partOf[sample]].append(sample) }
    (training, self.validation, self.test) = (parts[0], parts[1], parts[2])
    for (name, share, part) in [("validation", validation, parts[1]), ("test", test, parts[2])]
    where share > 0 && part.isEmpty {
      throw PluginError(
        "\(ConfigValue.format(share)) of \(count) samples in \(Set(groups).count) groups is no sample "
          + "for \(name)", parameter: name)
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
