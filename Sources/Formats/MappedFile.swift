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
  /// Of the file while it is mapped, else −1.
  private let descriptor: Int32

  /// - Parameter name: what it is called in messages; its path unless given.
  package init(_ path: String, named name: String? = nil) throws(FormatError) {
    self.path = name ?? (path == "-" ? "standard input" : path)
    let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FormatError(path, "cannot be opened: \(systemError())")
    }
    var keepsOpen = false
    defer { if descriptor != 0, !keepsOpen { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw FormatError(self.path, "cannot be read: \(systemError())")
    }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR { throw FormatError(self.path, "is a folder, a file is needed") }
    guard kind == S_IFREG, path != "-" else {
      bytes = try MappedFile.readToEnd(descriptor, self.path)
      isMapped = false
      self.descriptor = -1
      return
    }
    let size = Int(status.st_size)
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      isMapped = false
      self.descriptor = -1
      return
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
    else { throw FormatError(self.path, "cannot be mapped into memory: \(systemError())") }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
    isMapped = true
    self.descriptor = descriptor
    keepsOpen = true
  }

  /// Bytes that were unpacked from a file, which this object frees.
  init(_ name: String, unpacked bytes: UnsafeRawBufferPointer) {
    path = name
    self.bytes = bytes
    isMapped = false
    descriptor = -1
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

  /// Unpacks what gzip has packed into another file, in little memory.
  ///
  /// - Parameter limit: bytes that it may take unpacked.
  package func unpack(to target: AtomicFile, limit: Int) throws(FormatError) {
    try Gzip.unpack(self, to: target, limit: limit)
  }

  /// Whether gzip has packed it.
  package var isPacked: Bool { Gzip.isPacked(bytes) }

  deinit {
    guard let start = bytes.baseAddress else { return }
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
      close(descriptor)
    } else {
      free(UnsafeMutableRawPointer(mutating: start))
    }
  }

  // MARK: Files larger than memory

  // Pages that are touched through the map count as the process's memory until the system takes them back;
  // what is copied from the file does not.

  /// Copies bytes from the file itself where it is mapped.
  ///
  /// - Throws: ``FormatError`` when it cannot be read, or has become shorter than it was.
  package func copy(
    _ range: Range<Int>, to output: UnsafeMutableRawPointer
  ) throws(FormatError) {
    guard isMapped else {
      output.copyMemory(from: bytes.baseAddress! + range.lowerBound, byteCount: range.count)
      return
    }
    var done = 0
    while done < range.count {
      let number = pread(
        descriptor, output + done, range.count - done, off_t(range.lowerBound + done))
      if number < 0, errno == EINTR { continue }
      guard number >= 0 else { throw FormatError(path, "cannot be read: \(systemError())") }
      guard number > 0 else { throw FormatError(path, "has become shorter while it was read") }
      done += number
    }
  }

  /// Gives pages that were read through the map back; they are read again when they are touched.
  package func release(_ range: Range<Int>) {
    guard isMapped, let base = bytes.baseAddress else { return }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let start = max(range.lowerBound, 0) / page * page
    let end = range.upperBound / page * page
    guard end > start else { return }
    madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, MADV_DONTNEED)
  }

  /// What the file is by now, so that a later look can tell whether it has changed; `nil` for what is no
  /// file.
  package var identity: String? {
    guard isMapped else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return "\(status.st_dev) \(status.st_ino) \(status.st_size) \(time.tv_sec).\(time.tv_nsec)"
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
