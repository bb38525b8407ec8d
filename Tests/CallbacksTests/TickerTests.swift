import EspalierCallbacks
import EspalierProtocols
import Testing

@Suite struct TickerTests {
  /// A step of 10 µs must not pay for a look at the clock.
  @Test(arguments: [ProgressDisplay.Style.plain, .bar])
  func fastStepsRarelyReadTheClock(style: ProgressDisplay.Style) throws {
    let output = Silence()
    var callback = ProgressDisplay(
      style: style, output: output, terminal: Terminal(isTTY: true) { _ in nil })
    let run = FakeRun()
    run.stepsPerEpoch = 64_000
    try run.send(.runStart, to: &callback)
    _ = try run.runEpoch(&callback, secondsPerStep: 1e-5)
    #expect(run.clockReads < 1100)
  }

  @Test func checkpointsRarelyReadTheClock() throws {
    var callback = Checkpoint(best: false)
    let run = FakeRun()
    run.stepsPerEpoch = 64_000
    try run.send(.runStart, to: &callback)
    _ = try run.runEpoch(&callback, secondsPerStep: 1e-5)
    #expect(run.clockReads < 1100)
  }

  /// Steps that become slow are seen each, not each 64th.
  @Test func slowStepsAreSeen() throws {
    var callback = Checkpoint(seconds: 10, best: false)
    let run = FakeRun()
    run.stepsPerEpoch = 6_400
    try run.send(.runStart, to: &callback)
    _ = try run.runEpoch(&callback, secondsPerStep: 1e-5)
    run.stepsPerEpoch = 100
    run.deeds = []
    _ = try run.runEpoch(&callback, secondsPerStep: 6)
    #expect(run.deeds.count > 15)
  }
}

private struct Silence: DisplayOutput {
  func write(_ text: String) {}
  var columns: Int { 80 }
}
