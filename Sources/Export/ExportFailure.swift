/// Why a model cannot be written for another tool.
package struct ExportFailure: Error, CustomStringConvertible {
  /// Path of the layer or the name of the transform; empty for the model as a whole.
  package let place: String
  /// What is in the way.
  package let message: String
  /// What can be done about it.
  package let remedy: String?

  package init(_ message: String, at place: String = "", remedy: String? = nil) {
    self.place = place
    self.message = message
    self.remedy = remedy
  }

  package var description: String {
    (place.isEmpty ? "" : place + ": ") + message + (remedy.map { "; " + $0 } ?? "")
  }
}
