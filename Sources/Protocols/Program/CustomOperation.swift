/// A computation with its own kernel and gradient, for what cannot be composed well from tensors.
///
/// ```swift
/// struct Sorted: CustomOperation {
///   let name = "sorted"
///   func shape(of inputs: [Shape]) -> Shape { inputs[0] }
///   func compute(
///     _ inputs: [UnsafeBufferPointer<Float>], _ shapes: [Shape],
///     into output: UnsafeMutableBufferPointer<Float>
///   ) { … }
///   func gradients(inputs: [Tensor], output: Tensor, upstream: Tensor) -> [Tensor?] { … }
/// }
/// let y = Tensor.apply(Sorted(), to: [x])
/// ```
/// The program runs it as a step of its own: nothing fuses into it, and it computes on one thread.
public protocol CustomOperation: Sendable {
  /// A name for plans, traces and messages.
  var name: String { get }
  /// The result's shape for inputs of these shapes.
  /// - Throws: ``PluginError`` when they do not fit.
  func shape(of inputs: [Shape]) throws -> Shape
  /// Computes the result into `output`, all elements, row-major. Called on one thread.
  func compute(
    _ inputs: [UnsafeBufferPointer<Float>], _ shapes: [Shape],
    into output: UnsafeMutableBufferPointer<Float>)
  /// The gradients for the inputs, recorded; `nil` for an input that has none.
  ///
  /// They may be composed from tensors, or be operations of their own.
  func gradients(inputs: [Tensor], output: Tensor, upstream: Tensor) -> [Tensor?]
  /// The same from tensors alone, for files of other programs, which know no operations of plugins; `nil` where
  /// there is no such form.
  func composed(from inputs: [Tensor]) -> Tensor?
}

extension CustomOperation {
  public func composed(from inputs: [Tensor]) -> Tensor? { nil }
}

/// A ``CustomOperation`` as part of a program, equal to itself alone.
public final class OperationNode: Sendable, Hashable {
  /// The plugin's operation.
  public let operation: any CustomOperation
  public init(_ operation: any CustomOperation) { self.operation = operation }
  public static func == (a: OperationNode, b: OperationNode) -> Bool { a === b }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension Tensor {
  /// Records an operation of a plugin's own.
  public static func apply(_ operation: any CustomOperation, to inputs: [Tensor]) -> Tensor {
    let recorder = inputs[0].recorder
    do {
      let shape = try operation.shape(of: inputs.map(\.shape))
      if recorder.composesOperations, let composed = operation.composed(from: inputs) {
        guard composed.shape == shape else {
          return recorder.fail(
            "\(operation.name): composed from tensors it has the shape \(composed.shape), not \(shape)",
            like: inputs[0])
        }
        return composed
      }
      return recorder.add(.custom(OperationNode(operation)), inputs, shape)
    } catch {
      return recorder.fail("\(operation.name): \(error)", like: inputs[0])
    }
  }
}
