import EspalierFormats

/// Results that go into a file.
enum OutputFile {
  /// Writes the whole text or nothing: a file that is there is whole, whatever happens.
  static func write(_ text: String, to path: String) throws {
    do { try AtomicFile.write(text, to: path) } catch {
      throw CommandFailure("\(path) cannot be written: \(error)")
    }
  }
}
