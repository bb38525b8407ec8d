/// A computation with its own kernel and gradient, for what cannot be composed well from tensors.
public protocol Operation: Sendable {
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
  func gradients(inputs: [Tensor], output: Tensor, upstream: Tensor) -> [Tensor?]
}

/// An ``Operation`` as part of a program, equal to itself alone.
public final class CustomOperation: Sendable, Hashable {
  /// The plugin's operation.
  public let operation: any Operation
  public init(_ operation: any Operation) { self.operation = operation }
  public static func == (a: CustomOperation, b: CustomOperation) -> Bool { a === b }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension Tensor {
  /// Records an operation of a plugin's own.
  public static func apply(_ operation: any Operation, to inputs: [Tensor]) -> Tensor {
    let recorder = inputs[0].recorder
    do {
      let shape = try operation.shape(of: inputs.map(\.shape))
      return recorder.add(.custom(CustomOperation(operation)), inputs, shape)
    } catch {
      return recorder.fail("\(operation.name): \(error)", like: inputs[0])
    }
  }
}
