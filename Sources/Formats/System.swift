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
