import EspalierProtocols

/// An objective that is a formula, in double precision: what an ``ObjectiveOptimizer`` does by itself.
package final class FunctionObjective: Objective {
  private let function: ([Double]) -> ObjectiveValue
  private let hessian: (([Double]) -> [Double])?
  private var kept: [String: [Double]]
  package var parameters: [Double]
  package private(set) var start: ObjectiveValue
  /// Points that were asked for, those at which steps began among them.
  package private(set) var evaluations = 0

  /// - Parameters:
  ///   - hessian: its elements by rows at a point, for an optimizer that asks for products with it.
  ///   - function: its value and its gradient at a point.
  package init(
    _ optimizer: any ObjectiveOptimizer, from start: [Double],
    hessian: (([Double]) -> [Double])? = nil, _ function: @escaping ([Double]) -> ObjectiveValue
  ) throws {
    self.function = function
    self.hessian = hessian
    parameters = start
    self.start = function(start)
    kept = try optimizer.memory(for: start.count).mapValues { .init(repeating: 0, count: $0) }
  }

  /// Moves the parameters once.
  package func step(by optimizer: any ObjectiveOptimizer) throws {
    start = function(parameters)
    evaluations += 1
    try optimizer.step(on: self, rate: optimizer.learningRate)
  }

  package func value(at point: [Double]) throws -> ObjectiveValue {
    evaluations += 1
    return function(point)
  }

  package func hessianProduct(_ vector: [Double]) throws -> [Double] {
    guard let matrix = hessian?(parameters) else {
      throw PluginError("this objective has no Hessian")
    }
    let count = vector.count
    return (0..<count).map { row in
      (0..<count).reduce(0) { $0 + matrix[row * count + $1] * vector[$1] }
    }
  }

  package subscript(memory name: String) -> [Double] {
    get { kept[name] ?? [] }
    set {
      precondition(newValue.count == kept[name]?.count, "\(name) has another size")
      kept[name] = newValue
    }
  }
}
