import EspalierProtocols

extension Split {
  /// k splits, in each of which another part of the samples is for validation.
  ///
  /// Sizes of the folds differ by one sample at most; with classes, so do each class's numbers. Without
  /// shuffling and classes, folds are consecutive. With groups, none is in two folds, and folds come as
  /// near to equal sizes (with classes: of each class) as ``GroupedParts`` gets them.
  ///
  /// - Parameters:
  ///   - classes: the class of each sample, where folds should have equal shares of each class.
  ///   - groups: the group of each sample, where groups should stay together.
  ///   - stream: another one draws other folds.
  /// - Throws: ``PluginError`` when there are fewer samples, or groups, than folds.
  package static func folds(
    _ k: Int, count: Int, classes: [Int]? = nil, groups: [Int]? = nil, shuffle: Bool = true,
    seed: UInt64, stream: String = "folds"
  ) throws -> [Split] {
    guard k >= 2, k <= count else {
      throw PluginError("\(count) samples cannot make \(k) folds", parameter: "folds")
    }
    if let groups {
      let found = Set(groups).count
      guard k <= found else {
        throw PluginError(
          "\(found) groups cannot make \(k) folds", parameter: "folds",
          remedy: "a group is in one fold only")
      }
    }
    var random = CounterRandom(seed: seed, stream: stream)
    let order = shuffle ? random.permutation(count) : Array(0..<count)
    var foldOf = [Int](repeating: 0, count: count)
    if let groups {
      foldOf = GroupedParts.parts(
        of: groups, classes: classes, shares: [Double](repeating: 1 / Double(k), count: k),
        order: order)
    } else if let classes {
      // Dealt out class after class, going on where the last class ended.
      var byClass = [[Int]](repeating: [], count: (classes.max() ?? 0) + 1)
      for sample in order { byClass[classes[sample]].append(sample) }
      for (turn, sample) in byClass.joined().enumerated() { foldOf[sample] = turn % k }
    } else {
      let (size, longer) = count.quotientAndRemainder(dividingBy: k)
      var start = 0
      for fold in 0..<k {
        let end = start + size + (fold < longer ? 1 : 0)
        for sample in order[start..<end] { foldOf[sample] = fold }
        start = end
      }
    }
    return (0..<k).map { fold in
      var split = Split(trainingOnly: 0)
      split.training = (0..<count).filter { foldOf[$0] != fold }
      split.validation = (0..<count).filter { foldOf[$0] == fold }
      return split
    }
  }
}
