import EspalierProtocols
import EspalierReferences
import EspalierSearches
import Testing

@Suite struct GridSearchTests {
  @Test func combinationsOfTheReference() throws {
    let reference = try #require(
      try Oracle.cases("training_aids/search", named: ["grid"]).first)
    guard case .table(let grid)? = reference.params["grid"],
      case .list(let expected)? = reference.other["combinations"]
    else { throw Missing() }
    let names = grid.keys.sorted()
    let space = try SearchSpace(
      names.map { name in
        guard case .list(let values)? = grid[name] else { throw Missing() }
        return SearchParameter(
          name, .choice(values.map { .number($0.number ?? .nan) }))
      })
    let steps = try #require(try rounds(GridSearch(), space).first)
    let found = steps.map { step in
      zip(space.parameters, step.point.numbers).map { "\($0.path)=\($0.range.configValue(of: $1))" }
    }
    let wanted = expected.map { combination in
      names.map { name -> String in
        guard case .table(let values) = combination else { return "" }
        return "\(name)=\(ConfigValue.number(values[name]?.number ?? .nan))"
      }
    }
    #expect(Set(found) == Set(wanted))
    #expect(found.count == reference.outputs["count"].map { Int($0.values[0]) })
  }

  @Test func theLastParameterChangesFastest() throws {
    let space = SearchSpace([
      SearchParameter("a", .choice([.integer(1), .integer(2)])),
      SearchParameter("b", .integer(5...7)),
    ])
    let steps = try rounds(GridSearch(), space)[0]
    #expect(
      steps.map(\.point.numbers) == [[0, 5], [0, 6], [0, 7], [1, 5], [1, 6], [1, 7]])
    #expect(steps.map(\.index) == Array(0..<6))
  }

  @Test(arguments: [
    (SearchRange.logUniform(1e-4...1e-1), [1e-4, 1e-3, 1e-2, 1e-1]),
    (.uniform(0...3), [0, 1, 2, 3]),
    (.uniform(0...0.5, step: 0.1), [0, 0.2, 0.3, 0.5]),
    (.integer(1...4), [1, 2, 3, 4]),
    (.integer(8...64, step: 8, isLog: true), [8, 16, 32, 64]),
    (.integer(0...1), [0, 1]),
    (.normal(mean: 0, deviation: 1), [-1.15035, -0.318639, 0.318639, 1.15035]),
  ])
  func points(of range: SearchRange, _ values: [Double]) throws {
    let steps = try rounds(GridSearch(points: 4), SearchSpace([SearchParameter("x", range)]))[0]
    #expect(steps.map { $0.point.numbers[0] } == values)
  }

  @Test func everyStepOfALogarithmicRange() throws {
    let space = SearchSpace([SearchParameter("x", .integer(1...100, isLog: true))])
    let steps = try rounds(GridSearch(), space)[0]
    #expect(steps.map { $0.point.numbers[0] } == (1...100).map(Double.init))
  }

  @Test func whatIsNoGrid() {
    let endless = SearchSpace([SearchParameter("rate", .logUniform(1e-4...1))])
    #expect { try GridSearch().check(endless, epochs: 1) } throws: {
      ($0 as? PluginError)?.parameter == "points" && "\($0)".contains("rate is a range")
    }
    let large = SearchSpace((0..<3).map { SearchParameter("\($0)", .integer(1...1_000_000_000)) })
    #expect(throws: PluginError.self) { try GridSearch().check(large, epochs: 1) }
    #expect(throws: PluginError.self) { try GridSearch(points: 50).check(large, epochs: 1) }
    #expect(throws: Never.self) { try GridSearch(points: 40).check(large, epochs: 1) }
  }
}

struct Missing: Error {}
