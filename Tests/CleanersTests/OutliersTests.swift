import EspalierCleaners
import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct OutliersTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/cleaning", named: ["clip_outliers_iqr"]) {
      let x = reference.inputs["x"]!
      let cleaner = Outliers(.iqr, factor: reference.number("k")!)
      let transform = try cleaner.fit(try training(x))
      let marked = try Outliers(.iqr, action: .missing).fit(try training(x)).applied(to: x)
      let found = [
        "low": transform.fitted("low"), "high": transform.fitted("high"),
        "y": transform.applied(to: x),
        "is_outlier": .init(marked.shape, marked.values.map { $0.isNaN ? 1 : 0 }),
      ]
      for (name, expected) in reference.outputs {
        let problem = reference.difference(name, found[name]!, expected, precision: .single)
        #expect(problem == nil, "\(reference.id)")
      }
    }
  }

  @Test func meanAndDeviation() throws {
    // Mean 1 000 002, deviation √2: squares of the raw values would lose it.
    let rows = (0..<50_000).map { [Float(1e6) + Float($0 % 5)] }
    let transform = try Outliers(.z).fit(try table(rows).training)
    let reach = 3 * 2.0.squareRoot()
    #expect(abs(transform.fitted("low").values[0] - (1e6 + 2 - reach)) < 0.1)
    #expect(abs(transform.fitted("high").values[0] - (1e6 + 2 + reach)) < 0.1)
    let near = try Outliers(.z, factor: 1).fit(try table([[0], [2], [.nan]]).training)
    #expect(near.applied(to: [[-3], [0.5], [5]]) == [[0], [0.5], [2]])
  }

  /// Means 1 and 200, deviations 1 and 100.
  @Test func featuresHaveTheirFences() throws {
    let transform = try Outliers(.z, factor: 1).fit(try table([[0, 100], [2, 300]]).training)
    #expect(
      transform.applied(to: [[-3, 500], [5, 0], [1, 200]]) == [[0, 300], [2, 100], [1, 200]])
  }

  @Test func actions() throws {
    let data = try table([[0], [1], [2], [3], [100]])
    let rows: [[Float]] = [[-50], [2], [.nan], [100]]
    func applied(_ action: Outliers.Action) throws -> [[Float]] {
      try Outliers(.iqr, action: action).fit(data.training).applied(to: rows)
    }
    // Quartiles 1 and 3: fences −2 and 6.
    #expect(same(try applied(.clip), [[-2], [2], [.nan], [6]]))
    #expect(same(try applied(.missing), [[.nan], [2], [.nan], [.nan]]))
    #expect(same(try applied(.drop), rows))
    for action in Outliers.Action.allCases {
      let cleaner = Outliers(.iqr, action: action)
      let transform = try cleaner.fit(data.training)
      let exclusion = try cleaner.exclusion(from: data.training, fitted: transform)
      #expect(exclusion.samples == (action == .drop ? [4] : []))
      #expect(try cleaner.exclusion(from: data.source, beside: nil).samples == [])
    }
  }

  @Test func whatHasNoOutliers() throws {
    // A feature that hardly ever changes, a category, and one that is not chosen.
    var rows: [[Float]] = [[9, 9, 99]]
    for row in 1..<20 { rows.append([5, Float(row % 2), Float(row)]) }
    let data = try table(
      rows, names: ["flat", "kind", "size"], categories: [1: ["a", "b"]])
    let one = try Outliers(.iqr, features: ["flat", "kind"]).fit(data.training)
    #expect(one.applied(to: [[9, 9, 99]]) == [[9, 9, 99]])
    let all = try Outliers(.iqr).fit(data.training)
    #expect(all.applied(to: [[9, 9, 99]])[0][..<2] == [9, 9])
    #expect(all.applied(to: [[9, 9, 99]])[0][2] < 40)
    #expect(all.description(after: data.description).categories[1] == ["a", "b"])
    let nothing = try Outliers(.z).fit(try table([[.nan], [.nan]]).training)
    #expect(nothing.applied(to: [[7]]) == [[7]])
  }

  @Test func refusesAnotherState() throws {
    let state = try Outliers().fit(try table([[1], [2], [4]]).training).state
    #expect(complaint { _ = try Outliers().restore(state, sampleShape: [1]) } == "")
    var other = state
    other["high"] = TransformState([2], [1, 2])
    #expect(complaint { _ = try Outliers().restore(other, sampleShape: [1]) }.contains("fences"))
    other["features"] = TransformState([1], [3])
    #expect(complaint { _ = try Outliers().restore(other, sampleShape: [1]) } != "")
  }
}
