import EspalierProtocols
import Foundation

/// Checks what a plugin says of itself, through the config reader that users meet.
///
/// Its name, aliases and parameters are in snake case; it has a summary, and each parameter a text; its
/// sample and the same under each alias make this plugin, whose own description makes it again; its
/// defaults lie within their ranges; what is required cannot be left out.
///
/// ```swift
/// @Test func sample() throws { try checkSample(of: Cube.self) }
/// ```
/// - Throws: ``ConformanceFailure`` for the first thing that is not so.
public func checkSample<P: Plugin>(of type: P.Type) throws {
  let manifest = type.manifest
  let name = manifest.name
  try checkWords(type)
  try checkDefaults(type.init(), name)
  let config = try checking(name) { try SampleConfig(of: type) }
  var samples = [manifest.sample]
  for alias in manifest.aliases {
    guard let place = manifest.sample.range(of: name) else {
      throw ConformanceFailure(name, "the sample does not name it: \(manifest.sample)")
    }
    samples.append(manifest.sample.replacingCharacters(in: place, with: alias))
  }
  for sample in samples {
    let plugin = try checking(name, "of the sample \(sample)") { try config.plugin(sample) }
    guard plugin.pluginName == name else {
      throw ConformanceFailure(
        name, "the sample \(sample) makes the \(config.kind.name) \(plugin.pluginName)")
    }
    try checkDescription(plugin, config)
  }
  let sampled = try config.plugin(manifest.sample)
  try checkRequired(type.init(), sampled, config)
}

private func isSnakeCase(_ name: String) -> Bool {
  name.first?.isLowercase == true && !name.hasSuffix("_") && !name.contains("__")
    && name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") }
}

private func checkWords(_ type: any Plugin.Type) throws {
  let manifest = type.manifest
  func fail(_ message: String) -> ConformanceFailure { ConformanceFailure(manifest.name, message) }
  for name in [manifest.name] + manifest.aliases where !isSnakeCase(name) {
    throw fail("the name `\(name)` is not in snake case: lower case words joined by underscores")
  }
  guard manifest.summary.count > 5 else {
    throw fail("the summary is \"\(manifest.summary)\"; say in a sentence what it does")
  }
  // A summary stands in a list, after the name.
  guard !manifest.summary.hasSuffix("."), !manifest.summary.contains("\n") else {
    throw fail("the summary is one line without a full stop, not \"\(manifest.summary)\"")
  }
  var names: Set<String> = []
  for item in Schema(of: type.init()).items {
    guard names.insert(item.name).inserted else {
      throw fail("two parameters are called `\(item.name)`")
    }
    guard isSnakeCase(item.name) else { throw fail("`\(item.name)` is not in snake case") }
    let text =
      switch item.content {
      case .parameter(let parameter): parameter.text
      case .component(let component): component.text
      }
    guard text.count > 3 else {
      throw fail("the text of `\(item.name)` is \"\(text)\"; say in a few words what it means")
    }
  }
}

/// A plugin's own description, read again, must make the same plugin.
func checkDescription(_ plugin: any Plugin, _ config: SampleConfig) throws {
  let description = Schema.describe(plugin)
  let again = try checking(plugin.pluginName, "of its own description \(description)") {
    try config.plugin(like: plugin)
  }
  guard Schema.describe(again) == description else {
    throw ConformanceFailure(
      plugin.pluginName,
      "its description \(description) makes a plugin that says \(Schema.describe(again))")
  }
}

private func checkDefaults(_ plugin: any Plugin, _ name: String) throws {
  for item in Schema(of: plugin).items {
    guard case .parameter(let parameter) = item.content, let value = parameter.defaultConfigValue
    else { continue }
    do { try parameter.assign(value) } catch {
      throw ConformanceFailure(
        name, "the default of `\(item.name)` is \(value), \(error.expected) is allowed")
    }
  }
}

/// Without any one of the required parts the config must be refused, and by that part's name.
private func checkRequired(
  _ fresh: any Plugin, _ sampled: any Plugin, _ config: SampleConfig
) throws {
  let required = Schema(of: fresh).items.filter { item in
    switch item.content {
    case .parameter(let parameter): parameter.defaultConfigValue == nil
    case .component(let component): !component.hasDefault
    }
  }.map(\.name)
  guard case .table(let outer) = Schema.describe(sampled), let inner = outer.first,
    case .table(let entries) = inner.value
  else { return }
  for name in required {
    let rest = ConfigValue.table(entries.filter { $0.key != name })
    do {
      _ = try config.plugin(SampleConfig.flow(.table([.init(inner.key, rest)])))
    } catch {
      guard "\(error)".contains(name) else {
        throw ConformanceFailure(
          sampled.pluginName, "without `\(name)` the message does not name it: \(error)")
      }
      continue
    }
    throw ConformanceFailure(
      sampled.pluginName, "`\(name)` has no default, but a config without it is accepted")
  }
}
