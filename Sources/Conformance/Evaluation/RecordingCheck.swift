import EspalierProtocols

extension Evaluation {
  /// Checks what is recorded: its gradients against finite differences in double precision, and its
  /// value and gradients on the processor, optimized and in single precision, against the reference.
  ///
  /// - Parameters:
  ///   - inputs: by name; differentiated unless named in `constants`.
  ///   - body: records one tensor, and may ask for parameters, which are differentiated too. They are
  ///     moved a little from their first values, so that none of them is zero or one.
  static func checkRecording(
    inputs: [String: Array], constants: Set<String> = [], training: Bool = true,
    _ body: (Recorder, [String: Tensor]) throws -> Tensor
  ) throws {
    let settings = Settings(isTraining: training)
    var session = Session()
    let results = try session.run(inputs: inputs, settings: settings) { ["y": try body($0, $1)] }
    if let place = results["y"]!.values.firstIndex(where: { !$0.isFinite }) {
      throw UnexpectedValue(name: "the result", element: place, found: results["y"]!.values[place])
    }
    var parameters: [String: [Double]] = [:]
    for variable in session.table.learned {
      let first = try variable.initialValues(seed: settings.seed, folder: ".")
      let moves = Array.uneven(variable.shape, in: -0.05...0.05)
      parameters[variable.name] = zip(first, moves.values).map { Double($0) + $1 }
    }
    try checkGradients(
      inputs: inputs, constants: constants, parameters: parameters, training: training, body)
    let names = inputs.keys.sorted().filter { !constants.contains($0) }
    try checkBackends(
      inputs: inputs, parameters: parameters, settings: settings, relative: 1e-4, absolute: 2e-5,
      scaled: true
    ) { recorder, tensors in
      let y = try body(recorder, tensors)
      let learned = recorder.variables.learned
      let targets =
        names.map { tensors[$0]! }
        + learned.map { recorder.value(of: recorder.variables[$0.name]!) }
      let gradients = weighted(y).gradients(for: targets)
      var results = ["the result": y]
      for (name, gradient) in zip(names + learned.map(\.name), gradients) {
        results["gradient of " + name] = gradient
      }
      return results
    }
  }

  /// A number that is infinite or none at all.
  struct UnexpectedValue: Error, CustomStringConvertible {
    let name: String
    let element: Int
    let found: Double
    var description: String {
      "\(name)[\(element)] is \(found.isNaN ? "NaN" : "\(found)"), a finite number is expected"
    }
  }

  /// Σ w·y with fixed uneven weights, so that every element of a result counts in its gradient.
  static func weighted(_ y: Tensor) -> Tensor {
    // Constants, so that both precisions weigh with the same numbers.
    let weights = (0..<y.shape.count).map { Float(1.7 * Double($0) + 0.3).remainder(dividingBy: 2) }
    return (y * y.recorder.constant(weights, y.shape)).sum()
  }
}

extension Program {
  /// Whether an operation of a plugin's own, which computes in single precision, works on inputs or
  /// variables.
  var hasOwnOperations: Bool {
    var varies = [Bool](repeating: false, count: nodes.count)
    for (place, node) in nodes.enumerated() {
      switch node.primitive {
      case .input, .variable: varies[place] = true
      default: varies[place] = node.inputs.contains { varies[$0] }
      }
      if case .custom = node.primitive, varies[place] { return true }
    }
    return false
  }
}
