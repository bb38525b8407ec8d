import EspalierProtocols

/// The built-in cleaners.
package let cleaners = PluginBundle("cleaners") {
  Duplicates.self
  LabelCheck.self
  MissingValues.self
  OneHot.self
  Outliers.self
}
