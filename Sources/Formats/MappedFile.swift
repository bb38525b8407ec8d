#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of a file, mapped into memory where that is possible and unmapped with the object.
///
/// A pipe or standard input (`-`) cannot be mapped and is read to its end instead.
package final class MappedFile: @unchecked Sendable {
  // Immutable after init, so it may be read from any thread.
  package let path: String
  package let bytes: UnsafeRawBufferPointer
  /// Whether pages are read from the file on demand.
  package let isMapped: Bool

  package init(_ path: String) throws(FormatError) {
    self.path = path == "-" ? "standard input" : path
    let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FormatError(path, "cannot be opened: \(systemError())")
    }
    defer { if descriptor != 0 { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw FormatError(self.path, "cannot be read: \(systemError())")
    }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR { throw FormatError(self.path, "is a folder, a file is needed") }
    guard kind == S_IFREG, path != "-" else {
      bytes = try MappedFile.readToEnd(descriptor, self.path)
      isMapped = false
      return
    }
    let size = Int(status.st_size)
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      isMapped = false
      return
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
    else { throw FormatError(self.path, "cannot be mapped into memory: \(systemError())") }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
    isMapped = true
  }

  /// Bytes that were unpacked from a file, which this object frees.
  init(_ name: String, unpacked bytes: UnsafeRawBufferPointer) {
    path = name
    self.bytes = bytes
    isMapped = false
  }

  /// The bytes of a file, unpacked if gzip has packed it.
  ///
  /// - Parameter limit: bytes that it may take unpacked; half of the machine's memory unless given.
  package static func unpacking(
    _ path: String, limit: Int? = nil
  ) throws(FormatError) -> MappedFile {
    let file = try MappedFile(path)
    guard Gzip.isPacked(file.bytes) else { return file }
    return try Gzip.unpack(file, limit: limit ?? unpackedBytesLimit())
  }

  deinit {
    guard let start = bytes.baseAddress else { return }
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    } else {
      free(UnsafeMutableRawPointer(mutating: start))
    }
  }

  private static func readToEnd(
    _ descriptor: Int32, _ name: String
  ) throws(FormatError) -> UnsafeRawBufferPointer {
    var capacity = 1 << 16
    var count = 0
    var memory = malloc(capacity)
    while let start = memory {
      guard let number = readFully(descriptor, start + count, capacity - count) else {
        free(start)
        throw FormatError(name, "cannot be read: \(systemError())")
      }
      count += number
      if count < capacity { return UnsafeRawBufferPointer(start: start, count: count) }
      capacity *= 2
      memory = realloc(start, capacity)
      if memory == nil { free(start) }
    }
    throw FormatError(name, "does not fit into memory: \(count) bytes read so far")
  }
}
