/// Where a command's words go, and what it knows of its surroundings.
package struct Console: Sendable {
  /// Results.
  package let output: any TextSink
  /// Everything else.
  package let error: any TextSink
  package let environment: [String: String]

  package init(
    output: any TextSink, error: any TextSink, environment: [String: String] = [:]
  ) {
    self.output = output
    self.error = error
    self.environment = environment
  }
}

/// Takes text.
package protocol TextSink: AnyObject, Sendable {
  func write(_ text: String)
  /// Why text was lost, if it was.
  var problem: String? { get }
  var hasColour: Bool { get }
}
