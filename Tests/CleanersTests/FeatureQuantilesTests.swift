import EspalierCleaners
import EspalierProtocols
import Testing

@Suite struct FeatureQuantilesTests {
  /// What is too much to be held is counted, to the same numbers.
  @Test func countsWhatItMayNotHold() throws {
    var rows: [[Float]] = []
    for row in 0..<4000 {
      let first = Float(row * 7919 % 4001) - 2000
      let second: Float = row % 3 == 0 ? .nan : Float(row % 11)
      rows.append([first, second, Float.infinity, 5])
    }
    let samples = try table(rows).training
    let shares: [Double] = [0, 0.25, 0.5, 0.77, 1]
    let held = try FeatureQuantiles.find(samples, [3, 0, 1, 2], shares: shares)
    let counted = try FeatureQuantiles.find(samples, [3, 0, 1, 2], shares: shares, mostHeld: 100)
    #expect(counted == held)
    #expect(counted[0] == [5, 5, 5, 5, 5] && counted[3] == nil)
    #expect(counted[1]?[2] == held[1]?[2] && counted[1]?[0] == -2000)
  }
}
