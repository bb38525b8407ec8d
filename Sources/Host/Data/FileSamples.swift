import EspalierProtocols
import Foundation

extension RunConfiguration {
  /// The run's own source for another file, or one that knows files of its ending.
  ///
  /// - Parameter file: `-` for standard input.
  func reader(of file: String, catalog: Catalog) throws -> any EspalierProtocols.Source {
    // `samples.csv.gz` is a table that sources unpack themselves.
    let name = file.lowercased().hasSuffix(".gz") ? String(file.dropLast(3)) : file
    let ending = file == "-" ? "" : (name as NSString).pathExtension.lowercased()
    let own = data.source
    let path = FilePath(file)
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
    func reads(_ type: any EspalierProtocols.Source.Type) -> Bool {
      isFolder.boolValue ? type.readsFolders : type.fileExtensions.contains(ending)
    }
    if file == "-" || reads(type(of: own)),
      let reader = own.reading(path)
    {
      return reader
    }
    for entry in catalog.all(of: .source) {
      guard let type = entry.type as? any EspalierProtocols.Source.Type,
        reads(type) || (file == "-" && type.fileExtensions.contains("csv")),
        let reader = type.init().reading(path)
      else { continue }
      return reader
    }
    let known = catalog.all(of: .source).flatMap {
      ($0.type as? any EspalierProtocols.Source.Type)?.fileExtensions ?? []
    }
    throw RunFailure(
      isFolder.boolValue
        ? "no source reads folders like \(file)"
        : "no source reads files like \(file): their names end in "
          + Printable.alternatives(Set(known).sorted().map { "." + $0 }))
  }

  /// The samples of a source that the caller names, not the config; relative paths are seen from where
  /// the program runs.
  ///
  /// - Parameter expected: what the samples must be.
  func open(
    _ source: any EspalierProtocols.Source, like expected: DataDescription, needsTargets: Bool,
    catalog: Catalog
  ) throws -> any Dataset {
    let context = SourceContext(
      folder: ".", expected: expected, needsTargets: needsTargets, group: data.split.group,
      memory: data.memoryLimit)
    let failure = Self.failure(of: source, catalog)
    do { return SourceDataset.wrapping(try source.open(context), failure) } catch {
      throw failure(error)
    }
  }

  /// What makes an error with such samples one of the run: the place in the config would tell nothing.
  static func failure(
    of source: any EspalierProtocols.Source, _ catalog: Catalog
  ) -> @Sendable (any Error) -> RunFailure {
    let entry = catalog.entry(of: type(of: source))
    let name = source.pluginName
    return { error in
      let words = PluginErrorWords(error, of: name, from: entry)
      return RunFailure(words.message + (words.remedy.map { "; " + $0 } ?? ""))
    }
  }
}
