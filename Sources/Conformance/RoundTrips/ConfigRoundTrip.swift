import EspalierProtocols

/// Checks that a plugin's own description, read as a config, makes the same plugin again.
///
/// Kinds that remember something have checks of their own under this name, which include this one.
///
/// - Throws: ``ConformanceFailure`` with both descriptions.
public func checkRoundTrip(of plugin: some Plugin) throws {
  try validated(plugin)
  try checkConfigRoundTrip(plugin)
}

func checkConfigRoundTrip(_ plugin: any Plugin) throws {
  let config = try checking(plugin.pluginName) { try SampleConfig(of: type(of: plugin)) }
  try checkDescription(plugin, config)
}

/// The same plugin, made new from its own description.
func made<P: Plugin>(like plugin: P) throws -> P {
  let again = try SampleConfig(of: P.self).plugin(like: plugin)
  guard let again = again as? P else {
    throw ConformanceFailure(plugin.pluginName, "its description makes a \(type(of: again))")
  }
  return again
}
