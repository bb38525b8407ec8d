import EspalierProtocols
import Foundation

/// A file of events that grows at its end.
///
/// Each event is a record, `length | checksum of the length | event | checksum of the event`, as TensorBoard
/// reads them while they are written. Records are kept in memory until there are many, or ``flush()``.
final class EventFile: @unchecked Sendable {
  // A run calls its callbacks from one thread.
  let path: String
  private let descriptor: Int32
  private var pending: [UInt8] = []
  private static let mostPending = 1 << 18

  /// Opens a new file in a folder, which is made if need be. Its name comes behind those of all event files
  /// that are there: TensorBoard reads them in the order of their names.
  ///
  /// - Parameter step: the events of earlier files from this step on are void.
  init(in folder: String, from step: Int) throws {
    let seconds = max(
      Int(Date().timeIntervalSince1970), (Self.files(in: folder).map(\.seconds).max() ?? 0) + 1)
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw PluginError(
        "cannot make the folder \(folder): \(error.localizedDescription)", parameter: "folder")
    }
    path = "\(folder)/events.out.tfevents.\(seconds).\(Self.host).\(getpid()).0"
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.problem("open", path) }
    append(step: 0) { $0.add(3, "brain.Event:2") }
    // The start of a session: what a run did beyond the checkpoint it goes on from is left out.
    append(step: step) { event in event.add(7, .make { $0.add(1, 1) }) }
  }

  deinit {
    try? flush()
    if descriptor >= 0 { close(descriptor) }
  }

  /// Event files of a folder, with the seconds in their names.
  static func files(in folder: String) -> [(name: String, seconds: Int)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.compactMap { name in
      let parts = name.split(separator: ".")
      guard name.hasPrefix("events.out.tfevents."), parts.count > 3 else { return nil }
      return Int(parts[3]).map { (name, $0) }
    }
  }

  private static var host: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.isEmpty || text.contains("/") ? "localhost" : text
  }

  /// Adds the summaries of a step.
  func append(_ summaries: [EventMessage], step: Int) throws {
    guard !summaries.isEmpty else { return }
    append(step: step) { event in
      event.add(5, .make { for summary in summaries { $0.add(1, summary) } })
    }
    if pending.count > Self.mostPending { try flush() }
  }

  private func append(step: Int, _ fill: (inout EventMessage) -> Void) {
    let event = EventMessage.make { event in
      event.add(1, Date().timeIntervalSince1970)
      event.add(2, step)
      fill(&event)
    }.bytes
    let length = EventMessage.make { $0.append(raw: UInt64(event.count)) }.bytes
    pending += length
    pending += Self.checksum(length)
    pending += event
    pending += Self.checksum(event)
  }

  /// The checksum of bytes, turned so that a checksum of checksums is as good as any.
  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    let sum = CyclicChecksum.events.of(bytes)
    let masked = (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    return EventMessage.make { $0.append(raw: masked) }.bytes
  }

  /// Writes what is kept in memory.
  func flush() throws {
    guard !pending.isEmpty else { return }
    defer { pending = [] }
    guard writeAll(pending, to: descriptor) else { throw Self.problem("write", path) }
  }

  private static func problem(_ action: String, _ path: String) -> PluginError {
    PluginError("cannot \(action) \(path): \(String(cString: strerror(errno)))")
  }
}
