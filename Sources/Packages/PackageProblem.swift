/// Why a package could not be found, written or built, in words for the user.
package struct PackageProblem: Error, CustomStringConvertible, Sendable {
  /// What is wrong.
  package let message: String
  /// What can be done about it.
  package let remedy: String?
  /// The reference to the package that it is about, as it was written.
  package var reference: String?
  /// What the compiler said, to be shown before the message.
  package var compilerText: String?

  package init(_ message: String, remedy: String? = nil, reference: String? = nil) {
    self.message = message
    self.remedy = remedy
    self.reference = reference
  }

  package var description: String { message + (remedy.map { "; \($0)" } ?? "") }

  /// The same problem, of this reference unless it is known to be of another.
  func about(_ reference: String) -> PackageProblem {
    var result = self
    result.reference = result.reference ?? reference
    return result
  }
}
