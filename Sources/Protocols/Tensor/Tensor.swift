/// A value of the step that is being recorded: a handle, not data.
///
/// Arithmetic on tensors writes nodes of a program, which is compiled once and run many times. Shapes
/// are known at once. Binary operations broadcast as in NumPy: aligned at the last axis, extents of one
/// stretch.
public struct Tensor {
  /// Where the tensor was recorded.
  public let recorder: Recorder
  let id: Int

  init(recorder: Recorder, id: Int) {
    self.recorder = recorder
    self.id = id
  }

  /// Its extents, known at recording.
  public var shape: Shape { recorder.nodes[id].shape }
  /// Number of axes.
  public var rank: Int { shape.rank }
  var node: Node { recorder.nodes[id] }
  /// The number of its node, by which two handles are known to be the same value.
  package var place: Int { id }

  /// The variable whose value at the beginning of the step this is; `nil` for a tensor that was computed
  /// or handed in.
  public var variable: Variable? {
    if case .variable(let number) = node.primitive { return recorder.variables.variables[number] }
    return nil
  }

  /// The scope in which the recording stands, for parameters and random numbers of an activation.
  public var scope: Scope { Scope(recorder: recorder, path: recorder.currentPath) }

  /// The same number everywhere, in the shape of this tensor.
  public func filled(with value: Float) -> Tensor { recorder.constant(value).broadcast(to: shape) }

  /// The value itself, through which no gradient passes.
  public func withoutGradient() -> Tensor { recorder.add(.stopGradient, [self], shape) }

  /// Random numbers in the shape of this tensor, fresh at every step and reproducible from the run's seed.
  public func random(_ distribution: RandomDistribution) -> Tensor {
    recorder.random(distribution, shape)
  }

  /// The index of each element along an axis, in the shape of this tensor.
  public func indices(along axis: Int) -> Tensor {
    let place = axis < 0 ? axis + rank : axis
    guard 0..<rank ~= place else {
      return recorder.fail("\(shape) has no axis \(axis)", like: self)
    }
    return recorder.add(.index(axis: place), [], shape)
  }
}

// MARK: Broadcasting

extension Tensor {
  /// Stretches extents of one, and adds axes in front, to a shape.
  public func broadcast(to target: Shape) -> Tensor {
    if shape == target { return self }
    guard Shape.broadcast(shape, target) == target else {
      return recorder.fail("\(shape) does not broadcast to \(target)", shape: target)
    }
    let aligned = reshaped(
      to: Shape([Int](repeating: 1, count: target.rank - rank) + shape.dimensions))
    return aligned.shape == target ? aligned : recorder.add(.broadcast, [aligned], target)
  }

  static func binary(_ function: Binary, _ a: Tensor, _ b: Tensor) -> Tensor {
    guard let shape = Shape.broadcast(a.shape, b.shape) else {
      return a.recorder.fail(
        "\(function.rawValue): shapes \(a.shape) and \(b.shape) do not fit", like: a)
    }
    return a.recorder.add(
      .binary(function), [a.broadcast(to: shape), b.broadcast(to: shape)], shape)
  }

  static func binary(_ function: Binary, _ a: Tensor, _ b: Float) -> Tensor {
    a.recorder.add(.binary(function), [a, a.filled(with: b)], a.shape)
  }

  static func binary(_ function: Binary, _ a: Float, _ b: Tensor) -> Tensor {
    b.recorder.add(.binary(function), [b.filled(with: a), b], b.shape)
  }

  func unary(_ function: Unary) -> Tensor { recorder.add(.unary(function), [self], shape) }
}
