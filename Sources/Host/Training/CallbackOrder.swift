import EspalierProtocols

/// The order in which callbacks are called: the config's, except where one asks for another.
package enum CallbackOrder {
  /// - Throws: ``PluginError`` when wishes contradict each other.
  package static func arrange(_ callbacks: [any Callback]) throws -> [any Callback] {
    var waits = [Set<Int>](repeating: [], count: callbacks.count)
    for (index, callback) in callbacks.enumerated() {
      for (other, known) in callbacks.enumerated() where other != index {
        if callback.runsAfter.contains(known.pluginName) { waits[index].insert(other) }
        if callback.runsBefore.contains(known.pluginName) { waits[other].insert(index) }
      }
    }
    var order: [Int] = []
    var left = Array(callbacks.indices)
    while !left.isEmpty {
      // The first in the config's order who waits for nobody.
      guard let next = left.first(where: { waits[$0].isSubset(of: order) }) else {
        let names = left.map { callbacks[$0].pluginName }.joined(separator: ", ")
        throw PluginError("callbacks ask for an order that does not exist: \(names)")
      }
      order.append(next)
      left.removeAll { $0 == next }
    }
    return order.map { callbacks[$0] }
  }
}
