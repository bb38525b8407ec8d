import EspalierProtocols

extension Evaluation {
  /// A gradient that differs from finite differences.
  public struct GradientMismatch: Error, CustomStringConvertible {
    public let name: String
    public let element: Int
    public let recorded: Double
    public let measured: Double
    public var description: String {
      "gradient of \(name)[\(element)] is \(recorded), finite differences give \(measured)"
    }
  }

  /// Compares recorded gradients with central finite differences in double precision.
  ///
  /// The number that is differentiated is Σ w·y with fixed uneven weights w, so that every element of
  /// the result counts. An operation of a plugin's own computes in single precision: where there is
  /// one, the step is wider and the tolerance looser.
  ///
  /// - Parameters:
  ///   - inputs: differentiated unless named in `constants`.
  ///   - parameters: values of variables by full name, which are differentiated too; those that the
  ///     body declares and that are missing here get their initial values.
  ///   - body: records one tensor.
  /// - Throws: ``GradientMismatch`` for the first element that differs.
  public static func checkGradients(
    inputs: [String: Array], constants: Set<String> = [], parameters: [String: [Double]] = [:],
    training: Bool = true, step: Double? = nil, tolerance: Double? = nil,
    _ body: (Recorder, [String: Tensor]) throws -> Tensor
  ) throws {
    let settings = Settings(isTraining: training)
    func weighted(_ recorder: Recorder, _ tensors: [String: Tensor]) throws -> Tensor {
      Self.weighted(try body(recorder, tensors))
    }
    // One run declares the variables and gives their values.
    var first = Session(parameters: parameters)
    _ = try first.run(inputs: inputs, settings: settings) { ["y": try weighted($0, $1)] }
    let isSingle = try Session.record(inputs, VariableTable(), settings) {
      ["y": try weighted($0, $1)]
    }.0.hasOwnOperations
    // A power of two, so that the moved points are exact in single precision where the point is.
    let step = step ?? (isSingle ? 0x1p-7 : 1e-5)
    let tolerance = tolerance ?? (isSingle ? 2e-3 : 1e-5)
    var point = parameters
    let learned = first.table.learned
    for variable in learned where point[variable.name] == nil {
      point[variable.name] = try variable.initialValues(seed: settings.seed, folder: ".").map {
        Double($0)
      }
    }
    let names = inputs.keys.sorted().filter { !constants.contains($0) }
    let recorded = try run(inputs: inputs, parameters: point, settings: settings) {
      recorder, tensors in
      let sum = try weighted(recorder, tensors)
      let targets =
        names.map { tensors[$0]! }
        + learned.map { recorder.value(of: recorder.variables[$0.name]!) }
      let gradients = sum.gradients(for: targets)
      return Dictionary(
        uniqueKeysWithValues: zip(names + learned.map(\.name), gradients).map { ("d:" + $0, $1) })
    }
    func value(_ inputs: [String: Array], _ parameters: [String: [Double]]) throws -> Double {
      try run(inputs: inputs, parameters: parameters, settings: settings) {
        ["y": try weighted($0, $1)]
      }["y"]!.values[0]
    }
    func compare(_ name: String, _ element: Int, _ measured: Double) throws {
      let gradient = recorded["d:" + name]!.values[element]
      guard abs(gradient - measured) <= tolerance * (1 + abs(measured)) else {
        throw GradientMismatch(name: name, element: element, recorded: gradient, measured: measured)
      }
    }
    for name in names {
      for element in inputs[name]!.values.indices {
        var up = inputs
        var down = inputs
        up[name]!.values[element] += step
        down[name]!.values[element] -= step
        try compare(name, element, (value(up, point) - value(down, point)) / (2 * step))
      }
    }
    for variable in learned {
      for element in point[variable.name]!.indices {
        var up = point
        var down = point
        up[variable.name]![element] += step
        down[variable.name]![element] -= step
        try compare(variable.name, element, (value(inputs, up) - value(inputs, down)) / (2 * step))
      }
    }
  }
}

private func abs(_ x: Double) -> Double { x.magnitude }
