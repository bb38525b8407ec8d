import EspalierProtocols

/// One batch, in memory that begins at a multiple of 64 bytes and is valid until the next one is asked
/// for.
package struct LoadedBatch {
  /// Number of the batch in its epoch.
  package let index: Int
  /// Number of samples.
  package let count: Int
  /// count × the sample shape's count.
  package let features: UnsafeMutablePointer<Float>
  /// count × targetWidth: classes, shares of classes where samples are mixed, or values.
  package let targets: UnsafeMutablePointer<Float>
  /// Numbers of a target.
  package let targetWidth: Int
  /// What metrics compare with, count × the width of the data's targets: of mixed samples the class with
  /// the largest share.
  package let measured: UnsafeMutablePointer<Float>
  /// How much each sample counts; `nil` when all count alike.
  package let weights: UnsafeMutablePointer<Float>?
  /// The samples' numbers in their part.
  package let samples: UnsafeBufferPointer<Int>
}

/// Gives the batches of an epoch in order; prepares them beforehand where that is worth a thread.
///
/// The order of samples is a function of (seed, epoch), augmentations of (seed, epoch, sample): neither
/// the number of workers nor where an epoch was entered changes a number. For use by one thread.
package final class BatchLoader {
  private let plan: BatchPlan
  private let ring: BatchRing
  private var threads: [WorkerThread] = []
  private var nextBatch = 0
  private var inEpoch = false
  private var holdsSlot = false

  /// Seconds that the caller of ``next()`` waited for batches since the start of the epoch.
  package private(set) var waited = 0.0

  /// Batches of an epoch.
  package var batchCount: Int { plan.batchCount }
  package var batchSize: Int { plan.batchSize }
  /// Threads that prepare batches; with 0 the caller does it.
  package var workerCount: Int { threads.count }

  /// - Parameters:
  ///   - dropLast: whether a last, smaller batch is left out.
  ///   - augmentations: applied to each sample in order; for training only.
  ///   - workers: number of threads; `nil` chooses: none where a batch is only copied and small.
  /// - Throws: ``PluginError`` when there is no batch, or samples cannot be augmented so.
  package init(
    part: Part, batchSize: Int, shuffle: Bool, dropLast: Bool = false, seed: UInt64,
    augmentations: [any Augmentation] = [], workers: Int? = nil
  ) throws {
    plan = try BatchPlan(
      part: part, batchSize: batchSize, shuffle: shuffle, dropLast: dropLast, seed: seed,
      augmentations: augmentations)
    var wanted = workers ?? 0
    if workers == nil, plan.batchCount > 1, !plan.isCheap {
      // What is read from files, and text above all, takes more than two can do.
      wanted = min(part.isInMemory ? 2 : 6, max(1, processorCount() - 1))
    }
    let ring = BatchRing(plan, depth: wanted == 0 ? 1 : min(8, 3 + wanted))
    self.ring = ring
    for _ in 0..<wanted {
      // With fewer threads than wanted, or none, the result is the same.
      guard let thread = WorkerThread({ ring.work() }) else { break }
      threads.append(thread)
    }
  }

  deinit { close() }

  /// Begins an epoch, at any of its batches; an epoch under way is left.
  package func start(epoch: Int, fromBatch: Int = 0) {
    ring.stop()
    plan.begin(epoch: epoch)
    nextBatch = max(0, min(fromBatch, plan.batchCount))
    waited = 0
    inEpoch = true
    holdsSlot = false
    if !threads.isEmpty { ring.begin(from: nextBatch) }
  }

  /// The next batch; `nil` at the end of the epoch.
  /// - Throws: what reading its samples threw.
  package func next() throws -> LoadedBatch? {
    guard inEpoch else { return nil }
    guard nextBatch < plan.batchCount else {
      inEpoch = false
      return nil
    }
    let batch = nextBatch
    if threads.isEmpty {
      let begin = monotonicSeconds()
      defer { waited += monotonicSeconds() - begin }
      try plan.fill(ring.slots[0], batch)
      nextBatch += 1
      return plan.loaded(ring.slots[0], batch)
    }
    if holdsSlot { ring.release() }
    holdsSlot = false
    let slot = try ring.take(batch, waited: &waited)
    holdsSlot = true
    nextBatch += 1
    return plan.loaded(slot, batch)
  }

  /// Ends the threads; safe to call twice.
  package func close() {
    inEpoch = false
    guard !threads.isEmpty else { return }
    ring.close()
    for thread in threads { thread.join() }
    threads = []
  }
}
