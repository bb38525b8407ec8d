import EspalierProtocols

/// How a config divides the samples of its source.
struct SplitRequest {
  private let settings: SplitSettings
  private let count: Int
  private let classOf: ((Int) -> Int)?
  private let groups: [Int]?
  private let seed: UInt64
  private let validation: Double
  private let test: Double

  /// - Parameters:
  ///   - classOf: the class of a sample, where the parts should have equal shares of each class.
  ///   - groups: the group of each sample, where groups should stay together.
  ///   - seed: the run's.
  ///   - validation: share of the samples for validation; folds are in its place.
  init(
    _ settings: SplitSettings, count: Int, classOf: ((Int) -> Int)?, groups: [Int]?, seed: UInt64,
    validation: Double, test: Double
  ) {
    self.settings = settings
    self.count = count
    self.classOf = classOf
    self.groups = groups
    self.seed = settings.seed.map { UInt64($0) } ?? seed
    self.validation = validation
    self.test = test
  }

  /// - Throws: ``PluginError`` when a part would be empty.
  func marks() throws -> SplitMarks {
    guard settings.folds != nil || groups != nil else {
      return try SplitMarks(
        count: count, validation: validation, test: test, classOf: classOf,
        shuffle: settings.shuffle, seed: seed)
    }
    return SplitMarks(try split(), count: count)
  }

  private func split() throws -> Split {
    let classes = classOf.map { classOf in (0..<count).map(classOf) }
    guard let folds = settings.folds else { return try shares(validation, classes) }
    // The test part is the same in all folds of all repetitions.
    let outer = try shares(0, classes)
    let rest = outer.training
    let repetition = settings.repetition == 1 ? "" : ".\(settings.repetition)"
    let all = try Split.folds(
      folds, count: rest.count, classes: classes.map { all in rest.map { all[$0] } },
      groups: groups.map { all in rest.map { all[$0] } }, shuffle: settings.shuffle, seed: seed,
      stream: "folds" + repetition)
    guard all.indices.contains(settings.fold - 1) else {
      throw PluginError(
        "there are \(folds) folds, so fold \(settings.fold) is none of them", parameter: "fold")
    }
    let fold = all[settings.fold - 1]
    var result = outer
    result.training = fold.training.map { rest[$0] }
    result.validation = fold.validation.map { rest[$0] }
    return result
  }

  private func shares(_ validation: Double, _ classes: [Int]?) throws -> Split {
    try Split(
      count: count, validation: validation, test: test, classes: classes, groups: groups,
      shuffle: settings.shuffle, seed: seed)
  }
}
