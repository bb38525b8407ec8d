import EspalierProtocols

extension Tensor {
  /// Applies to an axis what works on the last one.
  func withLast(_ axis: Int, _ body: (Tensor) -> Tensor) -> Tensor {
    let place = axis < 0 ? axis + rank : axis
    if place == rank - 1 { return body(self) }
    // A reduction over an axis that does not exist is kept by the recording as a mistake.
    guard 0..<rank ~= place else { return sum([axis]) }
    var order = Array(0..<rank)
    order.swapAt(place, rank - 1)
    return body(permuted(order)).permuted(order)
  }
}
