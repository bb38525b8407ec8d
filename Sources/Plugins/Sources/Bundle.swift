import EspalierProtocols

/// The built-in sources.
package let sources = PluginBundle("sources") {
  CSVSource.self
  CIFARSource.self
  NPYSource.self
  IDXSource.self
  ImageFolderSource.self
  InMemory.self
  Synthetic.self
}
