/// The place in a model where a layer records: its path, its parameters, its random numbers.
///
/// Parameters are made at the first recording and found again by name at later ones (evaluation, the
/// ragged last batch), so a layer just asks for them.
public struct Scope {
  /// Where everything is written down.
  public let recorder: Recorder
  /// Names of the layers from the outside in, joined by dots.
  public let path: String

  package init(recorder: Recorder, path: String) {
    self.recorder = recorder
    self.path = path
  }

  /// The outermost scope of a recording.
  public init(_ recorder: Recorder) { self.init(recorder: recorder, path: "") }

  /// Whether dropout drops and running statistics move.
  public var isTraining: Bool { recorder.isTraining }

  /// A scope within this one.
  public func inner(_ name: String) -> Scope {
    Scope(recorder: recorder, path: self.name(of: name))
  }

  func name(of part: String) -> String { path.isEmpty ? part : path + "." + part }

  /// A learned variable.
  ///
  /// - Parameters:
  ///   - name: its own name, `weight`; it is saved as `path.weight`.
  ///   - role: `.weight` is regularized and decayed; `.bias` and `.scale` are not, unless asked.
  public func parameter(
    _ name: String, _ shape: Shape, role: VariableRole = .weight, initial: InitialValue
  ) -> Tensor {
    variable(name, shape, role: role, initial: initial)
  }

  /// A running statistic: saved with the weights, not learned.
  public func statistic(_ name: String, _ shape: Shape, initial: Float) -> Tensor {
    variable(name, shape, role: .statistic, initial: .constant(initial))
  }

  /// Has a running statistic hold this value after the step.
  public func update(_ name: String, to value: Tensor) {
    guard let known = recorder.variables[self.name(of: name)] else {
      _ = recorder.fail("`\(name)` was updated before it was declared", like: value)
      return
    }
    recorder.assign(known, value.withoutGradient())
  }

  private func variable(
    _ name: String, _ shape: Shape, role: VariableRole, initial: InitialValue
  ) -> Tensor {
    do {
      return recorder.used(
        try recorder.variables.declare(self.name(of: name), shape, role: role, initial: initial))
    } catch {
      return recorder.fail(error.message, shape: shape)
    }
  }

  /// Random numbers of their own stream, fresh at every step and reproducible from the run's seed.
  public func random(_ distribution: RandomDistribution, _ shape: Shape) -> Tensor {
    recorder.within(path) { recorder.random(distribution, shape) }
  }

  /// Runs one layer in a scope of its own.
  public func apply(_ layer: any Layer, named name: String, to x: Tensor) throws -> Tensor {
    let inner = Scope(recorder: recorder, path: self.name(of: name))
    let y: Tensor
    do {
      y = try recorder.within(inner.path) { try layer(x, in: inner) }
    } catch {
      throw RecordingFailure(error, path: inner.path, layers: recorder.layers)
    }
    recorder.note(
      LayerStep(path: inner.path, layer: layer.pluginName, input: x.shape, output: y.shape),
      output: y)
    return y
  }

  /// Runs layers one after another. Each is named by its own name, or by its plugin's and a number:
  /// `dense_1`, `batch_norm_1`, `dense_2`.
  public func apply(_ layers: [any Layer], to x: Tensor) throws -> Tensor {
    try zip(layers, Self.names(of: layers)).reduce(x) { value, next in
      try apply(next.0, named: next.1, to: value)
    }
  }

  /// The names under which layers in a row record; those with a name of their own are not counted.
  public static func names(of layers: [any Layer]) -> [String] {
    var counts: [String: Int] = [:]
    return layers.map { layer in
      if let named = layer as? Named { return named.name }
      counts[layer.pluginName, default: 0] += 1
      return "\(layer.pluginName)_\(counts[layer.pluginName]!)"
    }
  }
}

/// What one layer did to the shape: the model's summary, and the chain shown when shapes do not fit.
public struct LayerStep: Sendable {
  /// The layer's path.
  public let path: String
  /// The plugin's name.
  public let layer: String
  /// Shape of the batch before it.
  public let input: Shape
  /// Shape of the batch after it.
  public let output: Shape
}
