#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory that unpacked data grow in, up to a limit.
final class UnpackedBytes {
  private var memory: UnsafeMutableRawPointer
  private var capacity: Int
  private(set) var count = 0
  let limit: Int

  /// - Parameter expected: how much is claimed to come; a claim, not a promise.
  init(limit: Int, expected: Int = 0) throws(UnpackProblem) {
    self.limit = limit
    capacity = Swift.max(1 << 12, Swift.min(expected, limit, 1 << 26))
    guard let memory = malloc(capacity) else { throw .tooLarge(capacity) }
    self.memory = memory
  }

  deinit { free(memory) }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: count) }

  /// Gives the memory away; nothing is left here.
  func release() -> UnsafeRawBufferPointer {
    let result = bytes
    memory = malloc(1)!
    (count, capacity) = (0, 1)
    return result
  }

  @inline(__always)
  private func reserve(_ more: Int) throws(UnpackProblem) {
    if capacity - count < more { try grow(more) }
  }

  private func grow(_ more: Int) throws(UnpackProblem) {
    guard more <= limit - count else { throw .tooLarge(limit) }
    let wanted = Swift.min(limit, Swift.max(2 * capacity, count + more))
    guard let larger = realloc(memory, wanted) else { throw .tooLarge(capacity) }
    memory = larger
    capacity = wanted
  }

  func append(_ byte: UInt8) throws(UnpackProblem) {
    try reserve(1)
    memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count += 1
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(UnpackProblem) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    try reserve(bytes.count)
    (memory + count).copyMemory(from: start, byteCount: bytes.count)
    count += bytes.count
  }

  /// Appends bytes from some distance back, which may be among those that are being appended.
  func repeatLast(_ length: Int, from distance: Int) throws(UnpackProblem) {
    try reserve(length)
    let target = (memory + count).assumingMemoryBound(to: UInt8.self)
    let source = target - distance
    if distance >= length {
      target.update(from: source, count: length)
    } else {
      for place in 0..<length { target[place] = source[place] }
    }
    count += length
  }
}
