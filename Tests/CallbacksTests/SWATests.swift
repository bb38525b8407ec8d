import EspalierCallbacks
import EspalierProtocols
import Testing

@Suite struct SWATests {
  private func deeds(_ swa: SWA, epochs: Int) throws -> [String] {
    let run = FakeRun()
    run.epochs = epochs
    var swa = swa
    var deeds: [String] = []
    for epoch in 1...epochs {
      run.epoch = epoch
      run.deeds = []
      _ = try swa.handle(.epochEnd, run)
      deeds += run.deeds.map { "\(epoch): \($0)" }
    }
    run.deeds = []
    _ = try swa.handle(.runEnd, run)
    return deeds + run.deeds
  }

  /// The nth set of weights gets the share 1/n of the mean.
  @Test func epochsAreAveraged() throws {
    #expect(
      try deeds(SWA(from: 2, every: 3), epochs: 10)
        == ["2: move 1.0", "5: move 0.5", "8: move \(1.0 / 3)", "averages"])
    #expect(
      try deeds(SWA(after: 0.5), epochs: 4) == ["3: move 1.0", "4: move 0.5", "averages"])
    #expect(try deeds(SWA(from: 5), epochs: 4).isEmpty)
  }
}
