import EspalierCleaners
import EspalierProtocols
import Testing

@Suite struct LabelCheckTests {
  private func left(
    _ cleaner: LabelCheck, _ target: TargetDescription, _ targets: [Float],
    beside training: [Float]? = nil
  ) throws -> [Int] {
    func data(_ targets: [Float]) throws -> ArrayDataset {
      try table(
        [[Float]](repeating: [0], count: targets.count / target.width), target: target,
        targets: targets)
    }
    return try cleaner.exclusion(
      from: data(targets).source, beside: try training.map { try data($0).source }
    ).samples
  }

  @Test func missingTargets() throws {
    let drop = LabelCheck(action: .drop)
    #expect(try left(drop, .classes(["a", "b"]), [0, .nan, 1, 2, 0.5, -1]) == [1, 3, 4, 5])
    #expect(try left(drop, .values(["y"]), [0, .nan, .infinity, -7]) == [1, 2])
    #expect(try left(drop, .values(["x", "y"]), [0, 1, 2, .nan, 4, 5]) == [1])
    let message = complaint { _ = try left(LabelCheck(), .values(["y"]), [0, .nan, .nan]) }
    #expect(message.contains("sample 1: the target is missing; 2 samples have such targets"))
    #expect(try left(LabelCheck(), .values(["y"]), [0, 1]) == [])
  }

  @Test func bounds() throws {
    let y = TargetDescription.values(["y"])
    let targets: [Float] = [0, 1, 2, 3]
    #expect(try left(LabelCheck(low: 1, high: 2, action: .drop), y, targets) == [0, 3])
    #expect(
      complaint { _ = try left(LabelCheck(low: 1), y, targets) }
        .contains("sample 0: 0.0 is below 1"))
    #expect(
      complaint { _ = try left(LabelCheck(high: 1.5), y, targets) }
        .contains("sample 2: 2.0 is above 1.5"))
    #expect(complaint { try LabelCheck(low: 2, high: 1).validate() }.contains("above"))
  }

  @Test func namesAndNumbersOfClasses() throws {
    let classes = TargetDescription.classes(["a", "b", "c"])
    let targets: [Float] = [0, 1, 0, 2, 0, 1]
    #expect(try left(LabelCheck(labels: ["a", "c"], action: .drop), classes, targets) == [1, 5])
    #expect(try left(LabelCheck(minimumCount: 2, action: .drop), classes, targets) == [3])
    #expect(try left(LabelCheck(minimumCount: 3, action: .drop), classes, targets) == [1, 3, 5])
    #expect(
      complaint { _ = try left(LabelCheck(minimumCount: 2), classes, targets) }
        .contains("sample 3: the class `c` has 1 of 2 samples"))
    // Other sources lose the classes that the training data lose, however many they have.
    let rare = LabelCheck(minimumCount: 2, action: .drop)
    #expect(try left(rare, classes, [2, 2, 2, 1], beside: targets) == [0, 1, 2])
  }

  @Test func whatDoesNotFitTheTask() throws {
    for cleaner in [LabelCheck(labels: ["a"]), LabelCheck(minimumCount: 2)] {
      #expect(
        complaint { _ = try left(cleaner, .values(["y"]), [1]) }.contains("are values, not classes")
      )
    }
    for cleaner in [LabelCheck(low: 0), LabelCheck(high: 0)] {
      #expect(
        complaint { _ = try left(cleaner, .classes(["a"]), [0]) }
          .contains("are classes, not values"))
    }
  }
}
