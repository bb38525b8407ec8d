import EspalierBalancers
import Testing

@Suite struct UndersampleTests {
  private func kept(_ balancer: Undersample, _ counts: [Int]) throws -> [Int] {
    let labels = classes(counts)
    let drawn = try balance(balancer, classes: labels, of: counts.count).draws!
    #expect(Set(drawn).count == drawn.count)
    return counts.indices.map { label in drawn.filter { labels[$0] == label }.count }
  }

  @Test func keepsAsManyOfEachClass() throws {
    #expect(try kept(Undersample(), [10, 3, 7]) == [3, 3, 3])
    #expect(try kept(Undersample(ratio: 2), [10, 3, 5]) == [6, 3, 5])
    #expect(try kept(Undersample(ratio: 1.5), [10, 4, 0]) == [6, 4, 0])
  }

  @Test func whichOnesAreDrawn() throws {
    let drawn = try balance(Undersample(), classes: classes([200, 20])).draws!
    #expect(drawn.prefix(20) != Array(0..<20)[...])
  }
}
