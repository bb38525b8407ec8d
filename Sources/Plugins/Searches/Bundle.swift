import EspalierProtocols

/// The built-in search strategies.
package let searches = PluginBundle("searches") {
  CoarseToFine.self
  GridSearch.self
  Hyperband.self
  RandomSearch.self
  SuccessiveHalving.self
  TPE.self
}
