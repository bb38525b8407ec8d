import EspalierCallbacks
import EspalierProtocols
import Testing

@Suite struct LRMonitorTests {
  /// Steps count from 1, and the first is always logged.
  @Test func everyNthStepIsDue() {
    let monitor = LRMonitor(every: 3)
    #expect((1...9).filter { monitor.isDue(.batchEnd, at: $0) } == [1, 4, 7])
    #expect((1...3).allSatisfy { LRMonitor().isDue(.batchEnd, at: $0) })
  }
}
