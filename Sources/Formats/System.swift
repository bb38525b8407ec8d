#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The system's words for the last error of a call.
func systemError() -> String { String(cString: strerror(errno)) }

/// Reads until the buffer is full or the file ends; the number of bytes read, or `nil` on an error.
func readFully(_ descriptor: Int32, _ pointer: UnsafeMutableRawPointer, _ count: Int) -> Int? {
  var done = 0
  while done < count {
    let number = read(descriptor, pointer + done, count - done)
    if number == 0 { break }
    if number < 0 {
      if errno == EINTR { continue }
      return nil
    }
    done += number
  }
  return done
}

/// Bytes of memory that the machine has, or that its container may take where that is less.
package func machineMemory() -> Int {
  let pages = sysconf(Int32(_SC_PHYS_PAGES))
  let size = sysconf(Int32(_SC_PAGESIZE))
  var bytes = pages > 0 && size > 0 ? pages * size : 1 << 32
  #if os(Linux)
    let descriptor = open("/sys/fs/cgroup/memory.max", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return bytes }
    defer { close(descriptor) }
    // A number, or `max`.
    var text = [UInt8](repeating: 0, count: 32)
    let count = readFully(descriptor, &text, text.count) ?? 0
    let digits = text.prefix(count).prefix { $0 >= 0x30 && $0 <= 0x39 }
    if let limit = Int(String(decoding: digits, as: UTF8.self)), limit > 0 {
      bytes = min(bytes, limit)
    }
  #endif
  return bytes
}

/// How much may be unpacked at once: half of the machine's memory, since a small file can claim any size.
func unpackedBytesLimit() -> Int { machineMemory() / 2 }
