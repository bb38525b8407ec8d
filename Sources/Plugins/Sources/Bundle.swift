import EspalierProtocols

/// The built-in sources.
public let sources = PluginBundle("sources") {
  CSVSource.self
  NPYSource.self
  IDXSource.self
  Synthetic.self
}
