import EspalierProtocols
import EspalierReferences
import EspalierSearches
import Testing

@Suite struct RandomSearchTests {
  @Test func logarithmsAsInTheReference() throws {
    let reference = try #require(
      try Oracle.cases("training_aids/search", named: ["log_uniform_statistics"]).first)
    let number = { (name: String) in try #require(reference.params[name]?.number) }
    let count = Int(try number("n"))
    let range = SearchRange.logUniform(try number("low")...number("high"))
    let space = SearchSpace([SearchParameter("rate", range)])
    let steps = try rounds(RandomSearch(trials: count), space)[0]
    let logs = steps.map { logarithm($0.point.numbers[0]) }
    let mean = logs.reduce(0, +) / Double(count)
    let variance = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    func expected(_ name: String) throws -> Double {
      try #require(reference.outputs[name]?.values.first)
    }
    #expect(try abs(mean - expected("mean_of_log10")) < expected("mean_of_log10_5sigma"))
    #expect(try abs(variance.squareRoot() - expected("std_of_log10")) < 0.03)
    let middle = median(steps.map { $0.point.numbers[0] })
    #expect(try abs(logarithm(middle) - logarithm(expected("median"))) < 0.1)
  }

  @Test func aTrialIsAFunctionOfSeedAndIndex() throws {
    let short = try rounds(RandomSearch(trials: 5), mixedSpace, seed: 3)[0]
    let long = try rounds(
      try #require(RandomSearch(trials: 5).lengthened(to: 50)), mixedSpace, seed: 3)[0]
    #expect(long.count == 50)
    #expect(Array(long.prefix(5)) == short)
    #expect(Set(long.map(\.point)).count == 50)
    let other = try rounds(RandomSearch(trials: 5), mixedSpace, seed: 4)[0]
    #expect(zip(short, other).allSatisfy { $0.point != $1.point })
  }

  @Test func aParameterMoreChangesNoOther() throws {
    let fewer = SearchSpace(Array(mixedSpace.parameters.dropFirst()))
    let all = try rounds(RandomSearch(trials: 9), mixedSpace)[0]
    let some = try rounds(RandomSearch(trials: 9), fewer)[0]
    #expect(all.map { Array($0.point.numbers.dropFirst()) } == some.map(\.point.numbers))
  }

  @Test(arguments: [
    SearchRange.uniform(-2...3), .uniform(0...1, step: 0.25), .logUniform(1e-3...1e3),
    .integer(-3...4), .integer(10...50, step: 20), .integer(1...1000, isLog: true),
    .normal(mean: 2, deviation: 0.5), .choice([.null, .bool(true), .text("x")]),
  ])
  func positionsAndValues(_ range: SearchRange) {
    var last = -Double.infinity
    for place in 0...200 {
      let value = range.value(at: Double(place) / 200)
      #expect(range.contains(value) && value >= last, "\(value)")
      let position = range.position(of: value)
      #expect((0...1).contains(position))
      // To where it came from, or to the middle of the positions that have its value.
      let again = range.value(at: position)
      #expect(abs(again - value) <= 2e-6 * max(1, abs(value)), "\(again), \(value)")
      if range.count == nil, place > 0, place < 200 {
        #expect(abs(position - Double(place) / 200) < 1e-4)
      }
      last = value
    }
    // Each of a few values has its share of the positions.
    if let count = range.count, count < 10 {
      let drawn = (0..<1000).map { range.value(at: (Double($0) + 0.5) / 1000) }
      #expect(Set(drawn).count == count)
      for value in Set(drawn) {
        #expect(abs(drawn.count { $0 == value } - 1000 / count) <= 1, "\(value)")
      }
    }
  }
}
