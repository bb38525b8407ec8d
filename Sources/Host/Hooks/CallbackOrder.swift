import EspalierProtocols

/// The order in which callbacks are called: the config's, except where one asks for another.
package enum CallbackOrder {
  /// A callback with its place in the config.
  package struct Participant {
    package let callback: any Callback
    /// `callbacks[1]`; `nil` for those of the program.
    package let path: String?
  }

  /// The callbacks of a run: the config's, those that every run has unless its config names them
  /// itself, and the program's hooks, in the order of their calls.
  ///
  /// - Throws: ``PluginError`` when wishes contradict each other, or name a callback that does not exist.
  package static func arrange(
    _ configuration: RunConfiguration, defaults: [any Callback], hooks: [any Callback],
    catalog: Catalog
  ) throws -> [Participant] {
    let own = configuration.callbacks.enumerated().map {
      Participant(callback: $1, path: "callbacks[\($0)]")
    }
    let standard = defaults.filter { standard in
      !own.contains { $0.callback.pluginName == standard.pluginName }
    }
    let all = own + (standard + hooks).map { Participant(callback: $0, path: nil) }
    for hook in hooks { try checkNames(hook, all, catalog) }
    return try order(all.map(\.callback)).map { all[$0] }
  }

  /// A misspelt name would be a wish that is silently not granted.
  private static func checkNames(
    _ hook: any Callback, _ all: [Participant], _ catalog: Catalog
  ) throws {
    let known = all.map(\.callback.pluginName) + catalog.all(of: .callback).map(\.name)
    for name in hook.runsBefore + hook.runsAfter where !known.contains(name) {
      let near = Suggestion.nearest(name, among: known).first
      throw PluginError(
        "\(hook.pluginName) asks for a place beside \(Printable.code(name)), which is no callback",
        remedy: near.map { "did you mean `\($0)`?" })
    }
  }

  /// - Throws: ``PluginError`` when wishes contradict each other.
  package static func arrange(_ callbacks: [any Callback]) throws -> [any Callback] {
    try order(callbacks).map { callbacks[$0] }
  }

  private static func order(_ callbacks: [any Callback]) throws -> [Int] {
    var waits = [Set<Int>](repeating: [], count: callbacks.count)
    for (index, callback) in callbacks.enumerated() {
      for (other, known) in callbacks.enumerated() where other != index {
        if callback.runsAfter.contains(known.pluginName) { waits[index].insert(other) }
        if callback.runsBefore.contains(known.pluginName) { waits[other].insert(index) }
      }
    }
    // Everyone in the config's order, each right after those it waits for.
    var order: [Int] = []
    var path: [Int] = []
    func place(_ index: Int) throws {
      guard !order.contains(index) else { return }
      if let start = path.firstIndex(of: index) {
        let names = path[start...].sorted().map { callbacks[$0].pluginName }
        throw PluginError(
          "callbacks ask for an order that does not exist: \(names.joined(separator: ", "))")
      }
      path.append(index)
      for other in waits[index].sorted() { try place(other) }
      path.removeLast()
      order.append(index)
    }
    for index in callbacks.indices { try place(index) }
    return order
  }
}
