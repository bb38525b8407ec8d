import EspalierBalancers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct BootstrapTests {
  private func draws(_ balancer: Bootstrap, of count: Int) throws -> [Int] {
    let drawn = try balance(balancer, classes: Array(repeating: 0, count: count), of: 1)
    #expect(drawn.weights == nil)
    return try #require(drawn.draws)
  }

  @Test func shareOfDistinctSamplesAgreesWithTheReference() throws {
    for reference in try Oracle.cases("training_aids/ensembles", named: ["bootstrap_statistics"]) {
      let count = Int(reference.number("n")!)
      let expected = reference.outputs["expected_fraction_of_distinct_samples"]!.values[0]
      var sum = 0.0
      let rounds = 400
      for seed in 0..<rounds {
        let drawn = try draws(Bootstrap(seed: seed), of: count)
        #expect(drawn.count == count && drawn == drawn.sorted())
        #expect(drawn.allSatisfy { (0..<count).contains($0) })
        sum += Double(Set(drawn).count) / Double(count)
      }
      // The deviation of one share is about 0.031, that of the mean of 400 is 0.0016: five of them.
      #expect(abs(sum / Double(rounds) - expected) < 0.008)
    }
  }

  @Test func seedAndShare() throws {
    #expect(try draws(Bootstrap(seed: 1), of: 50) == draws(Bootstrap(seed: 1), of: 50))
    #expect(try draws(Bootstrap(seed: 1), of: 50) != draws(Bootstrap(seed: 2), of: 50))
    #expect(try draws(Bootstrap(), of: 50) != draws(Bootstrap(seed: 1), of: 50))
    #expect(try draws(Bootstrap(share: 0.5), of: 50).count == 25)
    #expect(try draws(Bootstrap(share: 2), of: 50).count == 100)
    #expect(message { _ = try draws(Bootstrap(share: 0.001), of: 50) }.contains("is no sample"))
    #expect(message { _ = try draws(Bootstrap(share: 1e12), of: 50) }.contains("too many"))
  }
}
