import EspalierHost
import EspalierProtocols
import Foundation
import Synchronization
import Testing

/// Asynchronous closures beside a run.
@Suite(.serialized) struct ObserverTests {
  private final class Log: Sendable {
    let steps = Mutex<[Int]>([])
    let isOpen = Mutex(false)
    func add(_ step: Int) { steps.withLock { $0.append(step) } }
  }

  @Test func seesEveryEventInOrderAndTheRunWaitsAtItsEnd() throws {
    let log = Log()
    try trainLine(hooks: [
      Observer(.batchEnd) { snapshot in
        try await Task.sleep(for: .milliseconds(1))
        log.add(snapshot.step)
      }
    ])
    #expect(log.steps.withLock { $0 } == Array(1...12))
  }

  @Test func doesNotHoldUpTheStep() throws {
    let log = Log()
    let done = Notes<Int>()
    try trainLine(
      epochs: 1,
      hooks: [
        Observer(.batchEnd) { snapshot in
          // The gate opens at the epoch's end: were the run waiting, it would never come there.
          while !log.isOpen.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
          log.add(snapshot.step)
        },
        Hook(.epochEnd) { run in
          done.all.append(log.steps.withLock { $0.count })
          log.isOpen.withLock { $0 = true }
          return .proceed
        },
      ])
    #expect(done.all == [0])
    #expect(log.steps.withLock { $0 } == [1, 2, 3, 4])
  }

  @Test func holdsItUpWhenAsked() throws {
    let log = Log()
    let counts = Notes<Int>()
    try trainLine(
      epochs: 1,
      hooks: [
        Observer(.batchEnd, waits: true) { snapshot in
          try await Task.sleep(for: .milliseconds(2))
          log.add(snapshot.step)
        },
        Hook(.batchEnd) { _ in
          counts.all.append(log.steps.withLock { $0.count })
          return .proceed
        },
      ])
    #expect(counts.all == [1, 2, 3, 4])
  }

  @Test func comesAtSomeStepsOnly() throws {
    let log = Log()
    try trainLine(hooks: [Observer(.batchEnd, every: 5) { log.add($0.step) }])
    #expect(log.steps.withLock { $0 } == [5, 10])
  }

  @Test func whatItThrowsEndsTheRun() throws {
    try withFolder { folder in
      let path = folder + "/run"
      let message = complaint {
        try trainLine(
          in: path,
          hooks: [
            Observer(.epochEnd, waits: true, named: "reporter") { snapshot in
              if snapshot.epoch == 2 { throw PluginError("nobody listens") }
            }
          ])
      }
      #expect(message == "reporter failed at epochEnd: nobody listens")
      #expect(FileManager.default.fileExists(atPath: path + "/checkpoints/failure.safetensors"))
    }
    // One that is not waited for is heard at the latest at the run's end.
    let message = complaint {
      try trainLine(hooks: [
        Observer(.runStart, named: "reporter") { _ in
          try await Task.sleep(for: .milliseconds(20))
          throw PluginError("nobody listens")
        }
      ])
    }
    #expect(message == "reporter failed at runEnd: nobody listens")
  }

  @Test func aSlowOneDoesNotEatMemory() throws {
    let waiting = Mutex((now: 0, most: 0))
    try trainLine(
      epochs: 150,
      hooks: [
        Hook(.batchEnd) { _ in
          waiting.withLock { $0.now += 1 }
          return .proceed
        },
        Observer(.batchEnd) { _ in
          waiting.withLock { state in
            state.most = max(state.most, state.now)
            state.now -= 1
          }
          try await Task.sleep(for: .microseconds(100))
        },
      ])
    let most = waiting.withLock { $0.most }
    #expect(most <= 260, "\(most) snapshots waited")
    #expect(waiting.withLock { $0.now } == 0)
  }
}
