import EspalierCallbacks
import EspalierProtocols
import Testing

@Suite struct NaNGuardTests {
  @Test func namesStepAndEpoch() throws {
    var callback = NaNGuard()
    let run = FakeRun()
    _ = try run.runEpoch(&callback)
    run.batchLoss = .nan
    do {
      _ = try run.runEpoch(&callback)
      Issue.record("no error")
    } catch let error as PluginError {
      #expect(error.message.contains("not a number at step 5, in epoch 2"))
      #expect(error.message.contains("now 0.1"))
    }
    run.batchLoss = .infinity
    #expect(throws: PluginError.self) { try run.send(.batchEnd, to: &callback) }
  }
}
