import EspalierConformance
import Testing

/// Expects a check to fail, with a text that holds all of these.
func expectFailure(
  _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  let failure = #expect(throws: ConformanceFailure.self, sourceLocation: sourceLocation) {
    try body()
  }
  guard let failure else { return }
  for part in parts {
    #expect("\(failure)".contains(part), "\(failure)", sourceLocation: sourceLocation)
  }
}
