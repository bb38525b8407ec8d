#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears under its name only when it is complete.
///
/// Bytes go to a temporary file beside the target. ``commit()`` forces them to the disk and renames the
/// file, so that a crash leaves either the old file or the new one, never a part. Without a commit
/// nothing is left behind.
package final class AtomicFile {
  package let path: String
  private let temporary: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private static let bufferSize = 1 << 16

  package init(_ path: String) throws(FormatError) {
    self.path = path
    guard !path.hasSuffix("/"), Folder.kind(path) != .folder else {
      throw FormatError(path, "is a folder, the name of a file is needed")
    }
    var name = ""
    var opened: Int32 = -1
    // The name is taken only by a file of the same process number left over from a crash.
    for attempt in 0..<1000 {
      name = "\(path).\(getpid())-\(attempt).tmp"
      opened = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if opened >= 0 || errno != EEXIST { break }
    }
    guard opened >= 0 else { throw FormatError(path, "cannot be written: \(systemError())") }
    temporary = name
    descriptor = opened
    buffer.reserveCapacity(Self.bufferSize)
  }

  deinit { discard() }

  private func discard() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    unlink(temporary)
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    if buffer.count + bytes.count <= Self.bufferSize {
      buffer.append(contentsOf: bytes)
    } else {
      try flush()
      try put(bytes)
    }
  }

  package func write(_ bytes: [UInt8]) throws(FormatError) {
    var failure: FormatError?
    bytes.withUnsafeBytes { bytes in
      do throws(FormatError) { try write(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  package func write(_ values: [Float]) throws(FormatError) {
    var failure: FormatError?
    values.withUnsafeBytes { bytes in
      do throws(FormatError) { try write(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  package func write(_ text: String) throws(FormatError) { try write(Array(text.utf8)) }

  private func flush() throws(FormatError) {
    guard !buffer.isEmpty else { return }
    let pending = buffer
    buffer.removeAll(keepingCapacity: true)
    var failure: FormatError?
    pending.withUnsafeBytes { bytes in
      do throws(FormatError) { try put(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    guard descriptor >= 0 else { throw FormatError(path, "was written to after its end") }
    guard let start = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      #if canImport(Darwin)
        let number = Darwin.write(descriptor, start + done, min(bytes.count - done, 1 << 30))
      #elseif canImport(Musl)
        let number = Musl.write(descriptor, start + done, bytes.count - done)
      #else
        let number = Glibc.write(descriptor, start + done, bytes.count - done)
      #endif
      if number < 0 {
        if errno == EINTR { continue }
        throw FormatError(path, "cannot be written: \(systemError())")
      }
      done += number
    }
  }

  /// Puts the file in its place.
  package func commit() throws(FormatError) {
    try flush()
    guard descriptor >= 0 else { throw FormatError(path, "was committed twice") }
    guard fsync(descriptor) == 0 else {
      throw FormatError(path, "cannot be written: \(systemError())")
    }
    guard rename(temporary, path) == 0 else {
      throw FormatError(path, "cannot be put in place: \(systemError())")
    }
    close(descriptor)
    descriptor = -1
    // The new name itself must reach the disk too; where a folder cannot be synced, that is no error.
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) }
    let handle = open(folder ?? ".", O_RDONLY | O_CLOEXEC)
    if handle >= 0 {
      fsync(handle)
      close(handle)
    }
  }

  /// Writes a whole file at once.
  package static func write(_ text: String, to path: String) throws(FormatError) {
    let file = try AtomicFile(path)
    try file.write(text)
    try file.commit()
  }
}
