import EspalierFormats

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where results go that may be long: a file, or standard output.
struct OutputFile {
  private let file: AtomicFile?
  private let stream: (any TextSink)?

  /// - Parameter path: a file, which is whole or as it was before, whatever happens; `-` for the
  ///   console.
  init(_ path: String, console: any TextSink) throws {
    guard path != "-", path != "/dev/stdout" else {
      file = nil
      stream = console
      return
    }
    stream = nil
    var status = stat()
    // A new file would take the place of a device or a pipe.
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw CommandFailure("\(path) is no file that could be written; use - for standard output")
    }
    do { file = try AtomicFile(path) } catch { throw CommandFailure("\(error)") }
  }

  func write(_ text: String) throws {
    stream?.write(text)
    do { try file?.write(text) } catch { throw CommandFailure("\(error)") }
  }

  func close() throws {
    do { try file?.commit() } catch { throw CommandFailure("\(error)") }
  }
}
