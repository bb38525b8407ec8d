import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct ReversedTests {
  @Test func conforms() throws {
    try checkSample(of: Reversed.self)
    try checkDeterminism(of: Reversed())
    try checkRoundTrip(of: Reversed())
  }

  @Test func readsEachSeriesBackwards() {
    var output = [Float](repeating: 0, count: 4)
    [1, 2, 3, 4].withUnsafeBufferPointer { sample in
      output.withUnsafeMutableBufferPointer {
        Reversed().show(sample, shape: [2, 2], side: 1, to: $0)
      }
    }
    #expect(output == [2, 1, 4, 3])
  }
}
