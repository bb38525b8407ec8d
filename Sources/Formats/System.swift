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

/// How much may be unpacked at once: half of the machine's memory, since a small file can claim any size.
func unpackedBytesLimit() -> Int {
  let pages = sysconf(Int32(_SC_PHYS_PAGES))
  let size = sysconf(Int32(_SC_PAGESIZE))
  return pages > 0 && size > 0 ? pages / 2 * size : 1 << 31
}
