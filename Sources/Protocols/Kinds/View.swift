/// Shows a sample to a trained model from several sides, whose predictions are then joined.
public protocol View: Plugin {
  /// Checks that samples of this shape can be shown so.
  /// - Throws: ``PluginError``, for example for crops of a table.
  func check(_ shape: Shape) throws

  /// From how many sides.
  func count(for shape: Shape) -> Int

  /// Shows one side. Which one is all that it depends on: predictions can be repeated.
  ///
  /// - Parameters:
  ///   - sample: its numbers, row-major.
  ///   - side: 0..<count.
  ///   - output: room for a sample of the same shape.
  func show(
    _ sample: UnsafeBufferPointer<Float>, shape: Shape, side: Int,
    to output: UnsafeMutableBufferPointer<Float>)
}

extension View {
  public func check(_ shape: Shape) throws {}
}
