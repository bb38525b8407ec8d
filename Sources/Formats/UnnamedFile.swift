#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes that wait on the disk for the process that wrote them: a file without a name, which ends with its
/// object, or with the process however that ends.
package final class UnnamedFile {
  private let folder: String
  private let descriptor: Int32
  private var end = 0

  /// - Parameter folder: where there is room for it.
  package init(in folder: String) throws(FormatError) {
    self.folder = folder
    var opened: Int32 = -1
    var name = ""
    for attempt in 0..<1000 {
      name = "\(folder)/.\(getpid())-\(attempt).tmp"
      opened = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if opened >= 0 || errno != EEXIST { break }
    }
    guard opened >= 0 else {
      throw FormatError(folder, "no file can be made in it: \(systemError())")
    }
    unlink(name)
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// Writes behind what was written before.
  package func append(_ values: [Float]) throws(FormatError) {
    var done = 0
    let count = values.count * MemoryLayout<Float>.size
    while done < count {
      let number = values.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress! + done, count - done, off_t(end + done))
      }
      if number < 0, errno == EINTR { continue }
      guard number > 0 else {
        throw FormatError(folder, "a file in it cannot be written: \(systemError())")
      }
      done += number
    }
    end += count
  }

  /// - Parameter range: numbers from the file's beginning; all must have been written.
  package func floats(_ range: Range<Int>) throws(FormatError) -> [Float] {
    var status: Int? = 0
    let size = MemoryLayout<Float>.size
    let values = [Float](unsafeUninitializedCapacity: range.count) { buffer, initialized in
      initialized = range.count
      var done = 0
      while done < range.count * size {
        let number = pread(
          descriptor, UnsafeMutableRawPointer(buffer.baseAddress!) + done,
          range.count * size - done, off_t(range.lowerBound * size + done))
        if number < 0, errno == EINTR { continue }
        guard number > 0 else {
          status = nil
          buffer.initialize(repeating: 0)
          return
        }
        done += number
      }
    }
    guard status != nil else {
      throw FormatError(folder, "a file in it cannot be read: \(systemError())")
    }
    return values
  }
}
