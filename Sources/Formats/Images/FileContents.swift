#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of a file in memory of their own: of small files that costs less than to map them, and they stay when
/// the file is cut short by somebody else.
struct FileContents {
  let bytes: [UInt8]
  /// Whether these are all bytes of the file.
  let isWhole: Bool
  /// The file's last bytes, as many as were wanted.
  let ending: [UInt8]

  /// Bytes that an image file may have.
  private static let limit = 1 << 30

  /// - Parameters:
  ///   - count: how many of the first bytes are wanted; all unless given.
  ///   - last: how many of the last bytes are wanted beside them.
  init(_ path: String, first count: Int? = nil, last: Int = 0) throws(FormatError) {
    // A pipe without a writer would wait for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FormatError(path, "cannot be opened: \(systemError())") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw FormatError(path, "cannot be read: \(systemError())")
    }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFREG else {
      throw FormatError(path, kind == S_IFDIR ? "is a folder, a file is needed" : "is no file")
    }
    let size = Int(status.st_size)
    let wanted = min(size, count ?? size)
    guard wanted <= Self.limit else {
      throw FormatError(
        path, "has \(size) bytes, more than the \(Self.limit) that are read of an image")
    }
    var isRead = true
    bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
      guard let start = buffer.baseAddress, wanted > 0 else { return }
      if let number = readFully(descriptor, start, wanted) {
        initialized = number
      } else {
        isRead = false
      }
    }
    guard isRead else { throw FormatError(path, "cannot be read: \(systemError())") }
    isWhole = wanted == size
    guard last > 0, !isWhole else {
      ending = Array(bytes.suffix(last))
      return
    }
    let count = min(last, size)
    ending = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      // Fewer when somebody cuts the file at this moment: then it does not end as it should.
      initialized = max(0, pread(descriptor, buffer.baseAddress, count, off_t(size - count)))
    }
  }
}
