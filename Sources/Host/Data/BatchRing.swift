/// Batches in preparation: workers fill slots ahead of the consumer, who takes them in order.
///
/// Batch b is made in slot b mod depth. Nobody spins. A worker that has run `depth` batches ahead sleeps
/// until half of the slots are free, so that small batches do not cost a wake-up each; the consumer
/// sleeps only when its batch is not ready.
final class BatchRing: @unchecked Sendable {
  let slots: [BatchSlot]
  private let plan: BatchPlan
  private let monitor = Monitor(conditions: 3)
  // What workers, the consumer and `stop` wait for.
  private static let roomCondition = 0
  private static let readyCondition = 1
  private static let idleCondition = 2

  // All below is guarded by the monitor.
  private var claimed = 0
  private var consumed = 0
  private var end = 0
  private var busy = 0
  private var sleeping = 0
  /// The batch that the consumer sleeps for, −1 when it does not.
  private var awaited = -1
  private var closed = false

  init(_ plan: BatchPlan, depth: Int) {
    self.plan = plan
    slots = (0..<depth).map { _ in plan.makeSlot() }
  }

  /// A worker's life.
  func work() {
    monitor.lock()
    while !closed {
      guard claimed < min(end, consumed + slots.count) else {
        sleeping += 1
        monitor.wait(Self.roomCondition)
        sleeping -= 1
        continue
      }
      let batch = claimed
      let slot = slots[batch % slots.count]
      claimed += 1
      busy += 1
      monitor.unlock()
      var failure: (any Error)?
      do { try plan.fill(slot, batch) } catch { failure = error }
      monitor.lock()
      slot.failure = failure
      slot.ready = batch
      busy -= 1
      if awaited == batch { monitor.wake(Self.readyCondition) }
      if busy == 0, claimed == end { monitor.wake(Self.idleCondition) }
    }
    monitor.unlock()
  }

  /// Ends the preparation of an epoch; afterwards no worker touches the plan.
  func stop() {
    monitor.lock()
    end = claimed
    while busy > 0 { monitor.wait(Self.idleCondition) }
    monitor.unlock()
  }

  /// Prepares the batches from one on to the last.
  func begin(from batch: Int) {
    monitor.lock()
    for slot in slots {
      slot.ready = -1
      slot.failure = nil
    }
    claimed = batch
    consumed = batch
    end = plan.batchCount
    monitor.wake(Self.roomCondition)
    monitor.unlock()
  }

  /// Waits until a batch is ready.
  func take(_ batch: Int, waited: inout Double) throws -> BatchSlot {
    let slot = slots[batch % slots.count]
    monitor.lock()
    if slot.ready != batch {
      let begin = monotonicSeconds()
      awaited = batch
      while slot.ready != batch { monitor.wait(Self.readyCondition) }
      awaited = -1
      waited += monotonicSeconds() - begin
    }
    let failure = slot.failure
    monitor.unlock()
    if let failure { throw failure }
    return slot
  }

  /// Gives back the slot of the batch that was taken last.
  func release() {
    monitor.lock()
    consumed += 1
    let free = min(end, consumed + slots.count) - claimed
    if sleeping > 0, free >= min((slots.count + 1) / 2, end - claimed), free > 0 {
      monitor.wake(Self.roomCondition)
    }
    monitor.unlock()
  }

  func close() {
    monitor.lock()
    closed = true
    monitor.wake(Self.roomCondition)
    monitor.unlock()
  }
}
