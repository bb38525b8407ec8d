import EspalierFormats

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where results go that may be long: a file, a pipe, or standard output.
struct OutputFile {
  private let file: AtomicFile?
  private let stream: (any TextSink)?

  /// - Parameter path: a file, which is whole or as it was before, whatever happens; `-` for the
  ///   console.
  init(_ path: String, console: any TextSink) throws {
    if path == "-" {
      file = nil
      stream = console
      return
    }
    var status = stat()
    // A new file would take the place of a device or a pipe.
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw CommandFailure("\(path) cannot be written: \(String(cString: strerror(errno)))")
      }
      file = nil
      stream = StandardStream(descriptor, environment: [:])
    } else {
      stream = nil
      do { file = try AtomicFile(path) } catch { throw CommandFailure("\(error)") }
    }
  }

  func write(_ text: String) throws {
    stream?.write(text)
    do { try file?.write(text) } catch { throw CommandFailure("\(error)") }
  }

  func close() throws {
    if let problem = stream?.problem { throw CommandFailure("the output was lost: \(problem)") }
    do { try file?.commit() } catch { throw CommandFailure("\(error)") }
  }
}
