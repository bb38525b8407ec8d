import EspalierHost
import EspalierReferences
import Testing

@Suite struct FoldsTests {
  @Test func consecutiveFoldsAgreeWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/splits", named: ["k_fold"]) {
      let count = Int(reference.number("n")!)
      let folds = try Split.folds(
        Int(reference.number("k")!), count: count, shuffle: false, seed: 0)
      for (fold, split) in folds.enumerated() {
        let expected = (0..<count).filter {
          reference.outputs["fold_of_sample"]!.values[$0] == Double(fold)
        }
        #expect(split.validation == expected)
        #expect(Set(split.training).union(expected).count == count)
      }
    }
  }

  @Test func stratifiedFoldsAgreeWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/splits", named: ["stratified_k_fold"]) {
      let classes = reference.inputs["labels"]!.values.map { Int($0) }
      let folds = try Split.folds(
        Int(reference.number("k")!), count: classes.count, classes: classes, seed: 4)
      #expect(folds.flatMap(\.validation).sorted() == Array(classes.indices))
      for split in folds {
        #expect(Set(split.training).isDisjoint(with: split.validation))
        for label in 0...classes.max()! {
          let number = Double(split.validation.filter { classes[$0] == label }.count)
          #expect(number >= reference.outputs["per_class_low"]!.values[label])
          #expect(number <= reference.outputs["per_class_high"]!.values[label])
        }
      }
    }
  }

  @Test func refuses() {
    #expect(complaint { _ = try Split.folds(5, count: 4, seed: 0) }.contains("4 samples"))
    #expect(complaint { _ = try Split.folds(1, count: 4, seed: 0) }.contains("1 folds"))
  }
}

/// No group in two parts, and parts near their shares.
@Suite struct GroupedSplitTests {
  private static let groups: [Int] = (0..<60).flatMap { group in
    Array(repeating: group, count: 1 + group % 7)
  }

  @Test func foldsKeepGroupsTogether() throws {
    let groups = Self.groups
    for shuffle in [true, false] {
      let folds = try Split.folds(
        5, count: groups.count, groups: groups, shuffle: shuffle, seed: 3)
      #expect(folds.flatMap(\.validation).sorted() == Array(groups.indices))
      for split in folds {
        #expect(
          Set(split.training.map { groups[$0] }).isDisjoint(
            with: split.validation.map { groups[$0] }))
        // 234 samples; the largest group has 7, but small ones fill up.
        #expect((46...48).contains(split.validation.count), "\(split.validation.count)")
      }
    }
    #expect(
      try Split.folds(5, count: groups.count, groups: groups, seed: 3)
        != Split.folds(5, count: groups.count, groups: groups, seed: 4))
    #expect(
      try Split.folds(5, count: groups.count, groups: groups, seed: 3, stream: "folds.2")
        != Split.folds(5, count: groups.count, groups: groups, seed: 3))
  }

  @Test func stratifiedGroupsHaveTheSameMix() throws {
    // Every group is of one class; a third of the groups are rare.
    let groups = Self.groups
    let classes = groups.map { $0 % 3 == 0 ? 1 : 0 }
    let rare = classes.filter { $0 == 1 }.count
    for split in try Split.folds(
      4, count: groups.count, classes: classes, groups: groups, seed: 1)
    {
      let share = split.validation.filter { classes[$0] == 1 }.count
      #expect(abs(share - rare / 4) <= 2, "\(share) of \(rare)")
      #expect(abs(split.validation.count - groups.count / 4) <= 4)
    }
  }

  @Test func sharesKeepGroupsTogether() throws {
    let groups = Self.groups
    for shuffle in [true, false] {
      let split = try Split(
        count: groups.count, validation: 0.2, test: 0.3, groups: groups, shuffle: shuffle, seed: 5)
      let parts = [split.training, split.validation, split.test]
      #expect(parts.joined().sorted() == Array(groups.indices))
      for (part, share) in zip(parts, [0.5, 0.2, 0.3]) {
        #expect(abs(Double(part.count) - share * Double(groups.count)) <= 5)
      }
      #expect(Set(parts.flatMap { Set($0.map { groups[$0] }) }).count == 60)
      #expect(parts.map { Set($0.map { groups[$0] }).count }.reduce(0, +) == 60)
      if !shuffle {
        #expect(split.training.max()! < split.validation.min()!)
        #expect(split.validation.max()! < split.test.min()!)
      }
    }
  }

  @Test func fewGroupsFillAllParts() throws {
    let groups = [0, 0, 0, 1, 1, 1, 2, 2, 2]
    let split = try Split(count: 9, validation: 0.2, test: 0.2, groups: groups, seed: 0)
    #expect([split.training, split.validation, split.test].map(\.count) == [3, 3, 3])
  }

  @Test func refuses() {
    #expect(
      complaint { _ = try Split.folds(3, count: 6, groups: [0, 0, 0, 1, 1, 1], seed: 0) }
        .contains("2 groups cannot make 3 folds"))
    #expect(
      complaint {
        _ = try Split(count: 4, validation: 0.3, test: 0.3, groups: [0, 0, 1, 1], seed: 0)
      }.contains("4 samples in 2 groups"))
  }
}
