/// A file that is not what it should be: which file, what was found, and what would be right.
package struct FormatError: Error, CustomStringConvertible, Sendable, Hashable {
  package let file: String
  package let message: String

  package init(_ file: String, _ message: String) {
    self.file = file
    self.message = message
  }

  package var description: String { "\(file): \(message)" }
}

/// The product of extents, or `nil` when one is negative or the product leaves the range of Int.
func checkedCount(_ shape: [Int]) -> Int? {
  // An empty tensor may have huge other extents, so a zero decides before any product can overflow.
  if shape.contains(where: { $0 < 0 }) { return nil }
  if shape.contains(0) { return 0 }
  var count = 1
  for extent in shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: extent)
    if overflow { return nil }
    count = product
  }
  return count
}
