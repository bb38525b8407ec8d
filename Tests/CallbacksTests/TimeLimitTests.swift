import EspalierCallbacks
import EspalierProtocols
import Testing

@Suite struct TimeLimitTests {
  @Test func stopsWhenTheTimeIsUp() throws {
    let run = FakeRun()
    var limit = TimeLimit(minutes: 1, seconds: 5)
    run.seconds = 64.9
    #expect(try limit.handle(.batchEnd, run) == .proceed)
    run.seconds = 65
    #expect(try limit.handle(.batchEnd, run) == .stop("the time of 65 s was up"))
  }

  @Test func hoursCount() throws {
    let run = FakeRun()
    var limit = TimeLimit(hours: 0.5, minutes: 2, seconds: 1)
    run.seconds = 1920.9
    #expect(try limit.handle(.batchEnd, run) == .proceed)
    run.seconds = 1921
    #expect(try limit.handle(.batchEnd, run) != .proceed)
  }

  @Test func needsATime() {
    #expect(throws: PluginError.self) { try TimeLimit().validate() }
    #expect(throws: Never.self) { try TimeLimit(hours: 0.1).validate() }
  }
}
