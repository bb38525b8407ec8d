import EspalierProtocols

/// Which part each sample is in, one byte a sample.
struct SplitMarks {
  enum Part: UInt8 { case training, validation, test }

  private let marks: [UInt8]

  /// Divides samples by fractions.
  ///
  /// - Parameters:
  ///   - validation: share of the samples for validation, 0 for none.
  ///   - test: the same for test.
  ///   - classOf: the class of a sample, where the parts should have equal shares of each class.
  ///   - shuffle: whether parts are drawn at random; else training comes first and test last.
  /// - Throws: ``PluginError`` when a part would be empty.
  init(
    count: Int, validation: Double, test: Double, classOf: ((Int) -> Int)? = nil,
    shuffle: Bool = true, seed: UInt64
  ) throws {
    try Self.checkShares(validation: validation, test: test)
    var groupSizes = [count]
    if let classOf {
      groupSizes = []
      for sample in 0..<count {
        let number = classOf(sample)
        while groupSizes.count <= number { groupSizes.append(0) }
        groupSizes[number] += 1
      }
    }
    let present = groupSizes.indices.filter { groupSizes[$0] > 0 }
    var sizes = [[Int]](repeating: [0, 0], count: groupSizes.count)
    let shares = Split.sizes(present.map { groupSizes[$0] }, shares: [validation, test])
    for (group, size) in zip(present, shares) { sizes[group] = size }
    marks = Self.marks(
      count: count, groupSizes, sizes, classOf, shuffle ? seed : nil)
    for (name, share, part) in [("validation", validation, 0), ("test", test, 1)]
    where share > 0 && sizes.reduce(0, { $0 + $1[part] }) == 0 {
      throw PluginError(
        "\(ConfigValue.format(share)) of \(count) samples is no sample for \(name)",
        parameter: name)
    }
    guard marks.contains(Part.training.rawValue) else {
      throw PluginError("\(count) samples leave none for training", parameter: "validation")
    }
  }

  /// The marks of a split that lists its samples.
  init(_ split: Split, count: Int) {
    var marks = [UInt8](repeating: Part.training.rawValue, count: count)
    for sample in split.validation { marks[sample] = Part.validation.rawValue }
    for sample in split.test { marks[sample] = Part.test.rawValue }
    self.marks = marks
  }

  /// - Throws: ``PluginError`` for shares that leave nothing for training, or are none.
  static func checkShares(validation: Double, test: Double) throws {
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
  }

  /// Each group's samples, in a random order, go to training, then to validation, then to test.
  private static func marks(
    count: Int, _ groups: [Int], _ sizes: [[Int]], _ classOf: ((Int) -> Int)?, _ seed: UInt64?
  ) -> [UInt8] {
    var order: SampleOrder?
    if let seed {
      var random = CounterRandom(seed: seed, stream: "split")
      order = SampleOrder(count: count)
      order?.shuffle(&random)
    }
    var seen = [Int](repeating: 0, count: groups.count)
    var marks = [UInt8](repeating: Part.training.rawValue, count: count)
    for place in 0..<count {
      let sample = order?[place] ?? place
      let group = classOf?(sample) ?? 0
      let left = groups[group] - seen[group]
      seen[group] += 1
      let (validation, test) = (sizes[group][0], sizes[group][1])
      if left <= test {
        marks[sample] = Part.test.rawValue
      } else if left <= test + validation {
        marks[sample] = Part.validation.rawValue
      }
    }
    return marks
  }

  /// The samples of a part, ascending.
  ///
  /// - Parameter number: what a sample is called.
  func samples(of part: Part, _ number: (Int) -> Int = { $0 }, below bound: Int? = nil)
    -> SampleNumbers
  {
    var place = 0
    let count = marks.count { $0 == part.rawValue }
    return SampleNumbers(count: count, below: bound ?? marks.count) { _ in
      while marks[place] != part.rawValue { place += 1 }
      defer { place += 1 }
      return number(place)
    }
  }
}
