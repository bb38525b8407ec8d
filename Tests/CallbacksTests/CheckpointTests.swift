import EspalierCallbacks
import EspalierProtocols
import Testing

@Suite struct CheckpointTests {
  private func deeds(
    _ callback: Checkpoint, losses: [Double], secondsPerStep: Double = 0
  ) throws -> [String] {
    var callback = callback
    let run = FakeRun()
    try run.send(.runStart, to: &callback)
    for loss in losses {
      _ = try run.runEpoch(
        &callback, ["validation_loss": loss], secondsPerStep: secondsPerStep)
    }
    try run.send(.runEnd, to: &callback)
    return run.deeds
  }

  @Test func writesTheBestWhenItImproves() throws {
    #expect(
      try deeds(Checkpoint(last: false), losses: [3, 2, 4, .nan, 1])
        == ["best 1", "save best", "best 2", "save best", "best 5", "save best"])
  }

  @Test func writesTheLastAtTheEnd() throws {
    #expect(try deeds(Checkpoint(best: false), losses: [3, 2, 1]) == ["save last"])
  }

  @Test func writesTheLastEachEpochIfTimeIsNoMatter() throws {
    #expect(
      try deeds(Checkpoint(seconds: 0, best: false), losses: [3, 2])
        == ["save last", "save last"])
  }

  @Test func writesTheLastWithinLongEpochs() throws {
    // Four steps of 20 s an epoch: after every second step.
    #expect(
      try deeds(Checkpoint(seconds: 30, best: false), losses: [1], secondsPerStep: 20)
        == ["save last", "save last"])
  }

  @Test func keepsTheNewestOfEachSort() throws {
    let found = try deeds(
      Checkpoint(everyEpochs: 1, everySteps: 8, last: false, best: false, keep: 2),
      losses: [1, 1, 1])
    #expect(
      found == [
        "save epoch-0001", "save step-00000008", "save epoch-0002", "save epoch-0003",
        "remove epoch-0001",
      ])
  }

  @Test func remembersWhatItKeeps() throws {
    var first = Checkpoint(everyEpochs: 1, last: false, keep: 1)
    let run = FakeRun()
    try run.send(.runStart, to: &first)
    _ = try run.runEpoch(&first, ["validation_loss": 1])
    var second = Checkpoint(everyEpochs: 1, last: false, keep: 1)
    second.memory = first.memory
    run.deeds = []
    try run.send(.runStart, to: &second)
    _ = try run.runEpoch(&second, ["validation_loss": 2])
    #expect(run.deeds == ["save epoch-0002", "remove epoch-0001"])
  }

  @Test func withoutValidationTheTrainingLossTells() throws {
    var callback = Checkpoint(last: false)
    let run = FakeRun(columns: ["train_loss"])
    try run.send(.runStart, to: &callback)
    for loss in [2, 1, 3.0] {
      _ = try run.runEpoch(&callback, ["train_loss": loss], validates: false)
    }
    #expect(run.deeds == ["best 1", "save best", "best 2", "save best"])
  }

  @Test func refusesToWriteNothing() {
    #expect(throws: PluginError.self) { try Checkpoint(last: false, best: false).validate() }
  }
}
