#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory that unpacked data grow in, up to a limit, or pass through on their way elsewhere.
final class UnpackedBytes {
  /// Takes bytes that are unpacked.
  typealias Sink = (UnsafeRawBufferPointer) throws(UnpackProblem) -> Void

  private var memory: UnsafeMutableRawPointer
  private var capacity: Int
  /// Bytes in memory, and those that have left it.
  private var held = 0
  private var passed = 0
  let limit: Int
  private let sink: Sink?

  /// Bytes that were unpacked so far.
  var count: Int { passed + held }

  /// - Parameter expected: how much is claimed to come; a claim, not a promise.
  init(limit: Int, expected: Int = 0) throws(UnpackProblem) {
    self.limit = limit
    sink = nil
    capacity = Swift.max(1 << 12, Swift.min(expected, limit, 1 << 26))
    guard let memory = malloc(capacity) else { throw .tooLarge(capacity) }
    self.memory = memory
  }

  /// Memory that bytes pass through: it keeps no more than what distances reach back to, and some to fill.
  init(limit: Int, into sink: @escaping Sink) throws(UnpackProblem) {
    self.limit = limit
    self.sink = sink
    capacity = Self.room
    guard let memory = malloc(capacity) else { throw .tooLarge(capacity) }
    self.memory = memory
  }

  deinit { free(memory) }

  private static let room = 1 << 20
  /// As far back as deflated data repeat what was before.
  private static let reach = 1 << 15

  /// What is in memory: everything, where no sink takes it.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: held) }

  /// Gives the memory away; nothing is left here.
  func release() -> UnsafeRawBufferPointer {
    let result = bytes
    memory = malloc(1)!
    (held, capacity) = (0, 1)
    return result
  }

  /// Hands all to the sink; what follows does not reach back.
  func flush() throws(UnpackProblem) { try pass(keeping: 0) }

  private func pass(keeping kept: Int) throws(UnpackProblem) {
    guard count <= limit else { throw .tooLarge(limit) }
    guard let sink, held > kept else { return }
    let leaving = held - kept
    try sink(UnsafeRawBufferPointer(start: memory, count: leaving))
    memory.copyMemory(from: memory + leaving, byteCount: kept)
    passed += leaving
    held = kept
  }

  @inline(__always)
  private func reserve(_ more: Int) throws(UnpackProblem) {
    if capacity - held < more { try grow(more) }
  }

  private func grow(_ more: Int) throws(UnpackProblem) {
    guard more <= limit - count else { throw .tooLarge(limit) }
    if sink != nil {
      try pass(keeping: Swift.min(held, Self.reach))
      if capacity - held >= more { return }
    }
    let wanted = sink == nil ? Swift.min(limit, Swift.max(2 * capacity, held + more)) : held + more
    guard let larger = realloc(memory, wanted) else { throw .tooLarge(capacity) }
    memory = larger
    capacity = wanted
  }

  func append(_ byte: UInt8) throws(UnpackProblem) {
    try reserve(1)
    memory.storeBytes(of: byte, toByteOffset: held, as: UInt8.self)
    held += 1
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(UnpackProblem) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    try reserve(bytes.count)
    (memory + held).copyMemory(from: start, byteCount: bytes.count)
    held += bytes.count
  }

  /// Appends bytes from some distance back, which may be among those that are being appended.
  func repeatLast(_ length: Int, from distance: Int) throws(UnpackProblem) {
    try reserve(length)
    let target = (memory + held).assumingMemoryBound(to: UInt8.self)
    let source = target - distance
    if distance >= length {
      target.update(from: source, count: length)
    } else {
      for place in 0..<length { target[place] = source[place] }
    }
    held += length
  }
}
