import EspalierProtocols

/// Records a computation and runs it, for tests.
public struct Evaluation {
  /// Values handed in: tensors of these shapes with these elements, row-major.
  public struct Input {
    public var shape: Shape
    public var values: [Double]
    public init(_ shape: Shape, _ values: [Double]) {
      self.shape = shape
      self.values = values
    }
  }
}
