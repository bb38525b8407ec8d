import EspalierProtocols

/// 32-bit numbers in memory that begins at a multiple of 64 bytes.
final class AlignedFloats: @unchecked Sendable {
  // Written by its maker only, before it is shared.
  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  /// Zeros.
  convenience init(count: Int) {
    self.init(unfilled: count)
    pointer.initialize(repeating: 0, count: max(count, 1))
  }

  /// Numbers of any value, for who writes all of them.
  init(unfilled count: Int) {
    let raw = alignedMemory(bytes: max(count, 1) * MemoryLayout<Float>.stride)
    pointer = raw.bindMemory(to: Float.self, capacity: max(count, 1))
    self.count = count
  }

  convenience init(_ values: [Float]) {
    self.init(unfilled: values.count)
    values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      pointer.update(from: base, count: values.count)
    }
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  var buffer: UnsafeMutableBufferPointer<Float> { .init(start: pointer, count: count) }
}
