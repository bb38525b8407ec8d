import EspalierProtocols

/// Finds what is wrong between parts of a config that are each right by themselves.
///
/// A check is one struct in a file of its own. It runs before any data is opened. A package of plugins
/// brings its own with its bundle:
///
/// ```swift
/// public let plugins = PluginBundle("acme") { Snake.self }.checking([NoSnakeBeforeSoftmax()])
/// ```
public protocol ConfigurationCheck: Sendable {
  /// The outermost keys of the parts that it looks at: it runs only if these could be read.
  static var reads: Set<String> { get }

  /// - Parameters:
  ///   - run: the config; only the parts in ``reads`` may be touched.
  ///   - catalog: all plugins, to name one that would do.
  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic]
}

extension ConfigurationLoader {
  /// The checks of every config, in the order of their reports.
  public static let standardChecks: [any ConfigurationCheck] = [
    SplitCheck(), CallbackMonitorCheck(), ScheduleMonitorCheck(), MetricTaskCheck(),
    MetricNamesCheck(), BatchOfOneCheck(), ShuffleCheck(), StartCheck(),
  ]
}

extension PluginBundle {
  /// The bundle with checks that every config of a program that has it goes through.
  public func checking(_ checks: [any ConfigurationCheck]) -> PluginBundle {
    var result = self
    result.additions += checks.map { $0 as any Sendable }
    return result
  }
}

/// A plugin of a config with the path at which it stands.
public struct PlacedPlugin: Sendable {
  /// Where it stands in the config.
  public let path: String
  /// The plugin.
  public let plugin: any Plugin
  /// Its name.
  public var name: String { plugin.pluginName }
}

extension RunConfiguration {
  /// The layers and all that they are made of, from the outside in.
  public var modelPlugins: [PlacedPlugin] {
    model.enumerated().flatMap { RunConfiguration.walk($1, "model[\($0)]") }
  }

  /// Layers that follow one another, each with its activation behind it: the model's own list first,
  /// then each list within a layer.
  public var layerChains: [[PlacedPlugin]] { RunConfiguration.chains(of: model, "model") }

  /// - Parameter first: the place of the first one in the list.
  private static func chains(
    of layers: [any Layer], _ list: String, from first: Int = 0
  ) -> [[PlacedPlugin]] {
    var own: [PlacedPlugin] = []
    var inner: [[PlacedPlugin]] = []
    for (index, layer) in layers.enumerated() {
      let plugin = unwrapped(layer)
      let path = "\(list)[\(first + index)]"
      own.append(PlacedPlugin(path: path, plugin: plugin))
      for item in Schema(of: plugin).items {
        guard case .component(let component) = item.content else { continue }
        let place = "\(path).\(plugin.pluginName).\(item.name)"
        if component.kind == .activation, let activation = component.current.first {
          own.append(PlacedPlugin(path: place, plugin: activation))
        } else if component.kind == .layer, component.multiplicity == .many {
          let layers = component.current.compactMap { $0 as? any Layer }
          inner +=
            (plugin as? any Layer)?.hasBranches == true
            ? layers.enumerated().flatMap { chains(of: [$1], place, from: $0) }
            : chains(of: layers, place)
        }
      }
    }
    return [own] + inner
  }

  /// A plugin and all that it is made of, from the outside in.
  static func walk(_ plugin: any Plugin, _ path: String) -> [PlacedPlugin] {
    let plugin = unwrapped(plugin)
    var result = [PlacedPlugin(path: path, plugin: plugin)]
    for item in Schema(of: plugin).items {
      guard case .component(let component) = item.content else { continue }
      let inner = "\(path).\(plugin.pluginName).\(item.name)"
      for (index, part) in component.current.enumerated() {
        result += walk(part, component.multiplicity == .many ? "\(inner)[\(index)]" : inner)
      }
    }
    return result
  }

  /// Whether the run measures itself on samples that it does not train on.
  public var hasValidation: Bool {
    data.split.validation > 0 || data.split.folds != nil || data.validationSource != nil
  }

  /// The names of all results that the run produces, as callbacks and schedules watch them.
  public var resultNames: [String] {
    let measured = ["loss"] + metrics.map(\.resultName)
    return measured.map { "train_" + $0 }
      + (hasValidation ? measured.map { "validation_" + $0 } : []) + ["learning_rate"]
  }
}
