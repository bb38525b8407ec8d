import EspalierProtocols

/// Samples of a data set that pass through transforms whenever they are read; nothing is held in memory.
struct StreamedSamples: Dataset {
  /// A check for values that are missing or infinite, on the way through the transforms.
  struct Check: Sendable {
    /// The number of transforms before it.
    let position: Int
    /// What samples are there.
    let description: DataDescription
    /// Those that have had a say, by name.
    let cleaners: [String]
    /// Where a sample of the data set stands.
    let place: @Sendable (Int) -> String
    let pass: CheckedPass
  }

  let base: any Dataset
  let description: DataDescription
  let transforms: [any Transform]
  let check: Check?

  var count: Int { base.count }

  func allTargets() throws -> [Float] { try base.allTargets() }
  func allWeights() throws -> [Float]? { try base.allWeights() }
  func place(of sample: Int) -> String? { base.place(of: sample) }

  /// Numbers of the largest sample on the way.
  private var widest: Int {
    transforms.reduce(base.description.sampleShape.count) { max($0, $1.outputShape.count) }
  }

  /// Numbers that pass through the transforms at once: what comes out of one is still in the cache when the
  /// next one reads it.
  private static let portion = 1 << 16

  func read(
    _ rows: UnsafeBufferPointer<Int>, features: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>?
  ) throws {
    guard !transforms.isEmpty else {
      try base.read(rows, features: features, targets: targets)
      if check?.position == 0 { try look(at: features, base.description.sampleShape.count, rows) }
      return
    }
    let most = max(Self.portion / max(widest, 1), 1)
    for first in stride(from: 0, to: rows.count, by: most) {
      let some = UnsafeBufferPointer(rebasing: rows[first..<min(first + most, rows.count)])
      try readPortion(
        some, features: features + first * description.sampleShape.count,
        targets: targets.map { $0 + first * description.target.width })
    }
  }

  private func readPortion(
    _ rows: UnsafeBufferPointer<Int>, features: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>?
  ) throws {
    let size = base.description.sampleShape.count
    let room = max(rows.count * widest, 1)
    // Two buffers that the transforms fill by turns; the last one writes to its place.
    let scratch = UnsafeMutablePointer<Float>.allocate(
      capacity: transforms.count > 1 ? 2 * room : room)
    defer { scratch.deallocate() }
    var current = scratch
    var width = size
    try base.read(rows, features: current, targets: targets)
    for (position, transform) in transforms.enumerated() {
      if check?.position == position { try look(at: current, width, rows) }
      let next = transform.outputShape.count
      let isLast = position == transforms.count - 1
      let output = isLast ? features : scratch + (position + 1) % 2 * room
      transform.apply(
        UnsafeBufferPointer(start: current, count: rows.count * width), count: rows.count,
        to: UnsafeMutableBufferPointer(start: output, count: rows.count * next))
      width = next
      current = output
    }
    if check?.position == transforms.count { try look(at: current, width, rows) }
  }

  private func look(
    at values: UnsafeMutablePointer<Float>, _ width: Int, _ rows: UnsafeBufferPointer<Int>
  ) throws {
    guard let check, !check.pass.isComplete else { return }
    try ValueChecks.check(
      UnsafeBufferPointer(start: values, count: rows.count * width), check.description,
      after: check.cleaners
    ) { check.place(rows[$0]) }
    if let last = rows.last { check.pass.saw(last) }
  }
}

/// Whether all samples have been checked: plugins read them from the first to the last, so whoever has seen
/// the last one has seen all.
final class CheckedPass: @unchecked Sendable {
  // Guarded by the monitor.
  private var isDone = false
  private let last: Int
  private let monitor = Monitor(conditions: 0)

  /// - Parameter last: the number of the last sample.
  init(last: Int) { self.last = last }

  func saw(_ sample: Int) {
    guard sample == last else { return }
    monitor.lock()
    isDone = true
    monitor.unlock()
  }

  var isComplete: Bool {
    monitor.lock()
    defer { monitor.unlock() }
    return isDone
  }
}

/// How much of a run's samples may be held in memory.
package struct MemoryBudget: Sendable {
  /// Bytes of all parts together.
  var bytes = Int.max
  /// Samples of all parts together.
  var samples = 0

  /// Whether samples of a size are held.
  ///
  /// - Parameter count: samples at least.
  func holds(_ count: Int, size: Int) -> Bool {
    let numbers = max(samples, count).multipliedReportingOverflow(by: max(size, 1))
    return !numbers.overflow && numbers.partialValue <= bytes / 4
  }
}
