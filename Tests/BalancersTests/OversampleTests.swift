import EspalierBalancers
import EspalierReferences
import Testing

@Suite struct OversampleTests {
  /// How often each sample is drawn.
  private func draws(_ balancer: Oversample, _ counts: [Int]) throws -> [[Int]] {
    let labels = classes(counts)
    let drawn = try balance(balancer, classes: labels, of: counts.count).draws!
    #expect(drawn == drawn.sorted())
    var times = [Int](repeating: 0, count: labels.count)
    for sample in drawn { times[sample] += 1 }
    return counts.indices.map { label in
      labels.indices.filter { labels[$0] == label }.map { times[$0] }
    }
  }

  @Test func everyClassIsDrawnEquallyOften() throws {
    for reference in try Oracle.cases(
      "preprocessing/class_balance", named: ["sampling_probabilities"])
    {
      let counts = reference.integers("class_counts")!
      let times = try draws(Oversample(), counts)
      let total = Double(times.joined().reduce(0, +))
      let expected = reference.outputs["probability_of_one_sample_of_class"]!.values
      for (label, own) in times.enumerated() {
        let mean = Double(own.reduce(0, +)) / Double(own.count) / total
        #expect(abs(mean - expected[label]) < 1e-9)
        // No sample is favoured by more than one draw.
        #expect(own.max()! - own.min()! <= 1)
      }
    }
  }

  @Test func shareOfTheLargest() throws {
    let times = try draws(Oversample(share: 0.5), [10, 2, 8]).map { $0.reduce(0, +) }
    #expect(times == [10, 5, 8])
  }
}
