import EspalierProtocols
import Testing

@Suite struct SampleNumbersTests {
  @Test func listsAndRanges() {
    let list = SampleNumbers([5, 2, 9, 2])
    #expect(Array(list) == [5, 2, 9, 2] && list.count == 4 && !list.isAll)
    #expect(Array(SampleNumbers(3..<7)) == [3, 4, 5, 6] && SampleNumbers(0..<3).isAll)
    #expect(!SampleNumbers(3..<7).isAll && SampleNumbers([]).isEmpty)
    #expect(SampleNumbers([3, 4]) == SampleNumbers(3..<5))
    #expect(SampleNumbers([3, 4]) != SampleNumbers(3..<6))
    // What does not fit 32 bits is kept too.
    let large = [1, 1 << 40, 7]
    #expect(Array(SampleNumbers(large)) == large)
    #expect(Array(SampleNumbers(large).removing(places: [0])) == [1 << 40, 7])
  }

  @Test func copies() {
    for numbers in [
      SampleNumbers([8, 6, 4, 2]), SampleNumbers(10..<14), SampleNumbers([1 << 33, 3, 2, 1]),
    ] {
      var output = [0, 0]
      numbers.copy(1..<3, to: &output)
      #expect(output == [numbers[1], numbers[2]])
    }
  }

  @Test func removing() {
    let list = SampleNumbers([5, 2, 9, 2, 7])
    #expect(Array(list.removing(places: [])) == [5, 2, 9, 2, 7])
    #expect(Array(list.removing(places: [0, 1])) == [9, 2, 7])
    #expect(Array(list.removing(places: [2, 4])) == [5, 2, 2])
    #expect(Array(SampleNumbers(10..<15).removing(places: [0, 3])) == [11, 12, 14])
    #expect(list.removing(places: [0, 1, 2, 3, 4]).isEmpty)
  }

  @Test func targetsOfSomeSamples() throws {
    let dataset = try ArrayDataset(
      DataDescription(sampleShape: [1], target: .values(["a", "b"])), features: [0, 1, 2],
      targets: [10, 11, 20, 21, 30, 31])
    #expect(try SourceSamples(dataset, rows: [2, 0]).targets() == [30, 31, 10, 11])
  }
}
