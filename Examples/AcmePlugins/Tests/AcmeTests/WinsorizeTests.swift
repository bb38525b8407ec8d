import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct WinsorizeTests {
  @Test func conforms() throws {
    try checkSample(of: Winsorize.self)
    try checkRoundTrip(of: Winsorize(share: 0.1))
  }

  @Test func takesValuesToTheQuantiles() throws {
    let state = [
      "low": TransformState([2], [1, -2]), "high": TransformState([2], [3, 2]),
    ]
    let transform = try Winsorize().restore(state, sampleShape: [2])
    let input: [Float] = [0, 5, 2, -7, 9, 0]
    var output = [Float](repeating: 0, count: 6)
    input.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { transform.apply(input, count: 3, to: $0) }
    }
    #expect(output == [1, 2, 2, -2, 3, 0])
    #expect(throws: PluginError.self) { try Winsorize().restore(state, sampleShape: [3]) }
  }
}
