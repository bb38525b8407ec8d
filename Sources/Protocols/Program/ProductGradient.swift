/// What reaches the right factor of a product through one of the products that it takes part in.
///
/// A matrix by which one thing after another is multiplied, such as the states of a recurrent layer, gets its gradient
/// as one product of all their rows. Many small ones, each added to the sum of those before, would read and write the
/// matrix as often.
struct ProductGradient {
  /// The left factor, [m, k].
  let rows: Tensor
  /// The gradient of the result, [m, n].
  let gradient: Tensor
  /// Whether the right factor was taken transposed.
  let isTransposed: Bool
  let precision: ProductPrecision
  /// Where the product was recorded.
  let path: String

  /// Fewer, or longer ones, are not worth bringing together.
  private static let fewest = 4
  private static let mostRows = 512

  /// The sum over products that are given from the last recorded to the first.
  static func joined(_ parts: [ProductGradient], in recorder: Recorder) -> Tensor {
    let parts = Array(parts.reversed())
    let first = parts[0]
    let areAlike = parts.allSatisfy {
      $0.isTransposed == first.isTransposed && $0.precision == first.precision
        && $0.rows.shape[0] <= mostRows
    }
    guard parts.count >= fewest, areAlike else {
      let each = parts.map { part in recorder.within(part.path) { part.product } }
      return each.dropFirst().reduce(each[0]) { $0 + $1 }
    }
    return recorder.within(first.path) {
      ProductGradient(
        rows: .concatenate(parts.map(\.rows), axis: 0),
        gradient: .concatenate(parts.map(\.gradient), axis: 0),
        isTransposed: first.isTransposed, precision: first.precision, path: first.path
      ).product
    }
  }

  private var product: Tensor {
    isTransposed
      ? matmul(gradient, rows, transposeA: true, precision)
      : matmul(rows, gradient, transposeA: true, precision)
  }
}
