import EspalierProtocols
import Testing

@Suite struct SortedValuesTests {
  @Test(arguments: [0, 1, 100, 2049, 5000]) func ascends(_ count: Int) {
    var random = CounterRandom(seed: 3, stream: "values")
    var values = (0..<count).map { _ in random.normal() * 100 }
    for (place, value) in [-Float.infinity, 0, -0.0, .infinity, 1e-40, -1e-40].enumerated()
    where place < count { values[place] = value }
    #expect(values.ascending() == values.sorted())
  }
}
