import EspalierProtocols

/// Checks that a plugin's own description, read as a config, makes the same plugin again.
///
/// Kinds that remember something have more to show under this name: metrics, schedules, callbacks,
/// optimizers, layers, cleaners, selectors, normalizers and projections. A plugin whose kind is known only when the check runs
/// gets the check of its kind too.
///
/// - Throws: ``ConformanceFailure`` with both descriptions.
public func checkRoundTrip(of plugin: some Plugin) throws {
  switch plugin {
  case let metric as any Metric: try checkRoundTrip(of: metric, targets: nil)
  case let scheduler as any Scheduler: try checkRoundTrip(of: scheduler, base: 0.1)
  case let callback as any Callback: try checkRoundTrip(of: callback)
  case let optimizer as any Optimizer: try checkRoundTrip(of: optimizer)
  case let layer as any Layer: try checkRoundTrip(of: layer, sampleShapes: nil)
  case let fitted as any FittedPlugin: try checkRoundTrip(of: fitted, shapes: nil)
  default:
    try validated(plugin)
    try checkConfigRoundTrip(plugin)
  }
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
