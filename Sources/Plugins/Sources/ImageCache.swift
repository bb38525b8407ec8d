import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Decoded images, as many as there is room for: those that came first.
///
/// What is kept never changes its place, so it is read without a lock.
final class ImageCache: @unchecked Sendable {
  private let size: Int
  private let room: Int
  // Each slot is written once, by whoever claimed it, before its number is published.
  private let memory: UnsafeMutablePointer<UInt8>?
  private let state: Mutex<State>

  private struct State {
    var claimed = 0
    /// By image, the slot that it is in; −1 for none.
    var slots: [Int32]
  }

  /// - Parameters:
  ///   - count: images that there are.
  ///   - size: bytes of each.
  ///   - limit: bytes that may be kept.
  init(count: Int, size: Int, limit: Int) {
    self.size = size
    let wanted = min(count, limit / size, Int(Int32.max))
    // Pages that are not touched take none of the machine's memory.
    memory = malloc(wanted * size)?.assumingMemoryBound(to: UInt8.self)
    room = memory == nil ? 0 : wanted
    state = Mutex(State(slots: [Int32](repeating: -1, count: count)))
  }

  deinit { free(memory) }

  /// Shows an image that is kept.
  ///
  /// - Returns: whether it is.
  func read(_ image: Int, _ body: (UnsafePointer<UInt8>) -> Void) -> Bool {
    let slot = state.withLock { $0.slots[image] }
    guard slot >= 0 else { return false }
    body(memory! + Int(slot) * size)
    return true
  }

  /// Keeps an image if there is room.
  func keep(_ bytes: [UInt8], _ image: Int) {
    let claimed: Int? = state.withLock { state in
      guard state.claimed < room, state.slots[image] < 0 else { return nil }
      defer { state.claimed += 1 }
      return state.claimed
    }
    guard let claimed else { return }
    bytes.withUnsafeBufferPointer { bytes in
      (memory! + claimed * size).update(from: bytes.baseAddress!, count: size)
    }
    state.withLock { $0.slots[image] = Int32(claimed) }
  }
}
