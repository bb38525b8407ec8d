/// Where samples come from.
public protocol Source: Plugin {
  /// Opens the data and finds out what they are.
  ///
  /// - Throws: ``PluginError`` with the file's name and the line, when the data cannot be read.
  func open(_ context: SourceContext) throws -> any Dataset

  /// Endings of the files it reads, without a dot; empty for a source that reads none.
  static var fileExtensions: [String] { get }

  /// Whether it reads folders too.
  static var readsFolders: Bool { get }

  /// The same source for another file, or folder where it reads those: data to predict for, with no targets needed.
  func reading(_ file: FilePath) -> Self?
}

extension Source {
  public static var fileExtensions: [String] { [] }
  public static var readsFolders: Bool { false }
  public func reading(_ file: FilePath) -> Self? { nil }
}

/// What a source is told when it opens.
public struct SourceContext: Sendable {
  /// The folder against which paths are resolved.
  public let folder: String
  /// The run's seed, for sources that make their data.
  public let seed: UInt64
  /// For prediction and for further files of a run: what the data must be. Targets may be missing.
  public let expected: DataDescription?
  /// Whether targets must be present.
  public let needsTargets: Bool
  /// The column, or the like, whose values say which samples belong together: `data.split.group`. It is no
  /// feature unless the source's own settings make it one, and may be missing where `expected` is given.
  public let group: String?
  /// Bytes that samples, as 32-bit numbers, may take in memory (`data.memory`). A source that can gives
  /// more of them as a ``Dataset`` that reads from the file when it is asked to.
  public let memory: Int

  public init(
    folder: String, seed: UInt64 = 0, expected: DataDescription? = nil, needsTargets: Bool = true,
    group: String? = nil, memory: Int = .max
  ) {
    self.folder = folder
    self.seed = seed
    self.expected = expected
    self.needsTargets = needsTargets
    self.group = group
    self.memory = memory
  }

  /// Whether numbers, 4 bytes each, are more than may be held in memory.
  package func isTooLarge(_ count: Int) -> Bool { count > memory / 4 }

  /// A path of the config as one of the file system.
  public func resolve(_ path: FilePath) -> String {
    path.text.hasPrefix("/") ? path.text : folder + "/" + path.text
  }
}
