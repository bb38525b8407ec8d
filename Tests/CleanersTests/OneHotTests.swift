import EspalierCleaners
import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct OneHotTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/cleaning", named: ["one_hot"]) {
      let labels = reference.inputs["labels"]!
      let data = try table(labels.values.map { [Float($0)] })
      let transform = try OneHot(features: ["0"]).fit(data.training)
      let found = transform.applied(to: Evaluation.Array([labels.shape[0], 1], labels.values))
      let problem = reference.difference(
        "one_hot", found, reference.outputs["one_hot"]!, precision: .single)
      #expect(problem == nil, "\(reference.id)")
    }
  }

  /// Label smoothing mixes the same zeros and ones with a share for every class.
  @Test func smoothedLabels() throws {
    for reference in try Oracle.cases("preprocessing/cleaning", named: ["smooth_labels"]) {
      let labels = reference.inputs["labels"]!
      let (epsilon, classes) = (reference.number("epsilon")!, reference.number("classes")!)
      let transform = try OneHot(features: ["*"]).fit(
        try table(labels.values.map { [Float($0)] }).training)
      let hot = transform.applied(to: Evaluation.Array([labels.shape[0], 1], labels.values))
      let smooth = hot.values.map { $0 * (1 - epsilon) + epsilon / classes }
      let problem = reference.difference(
        "target", .init(hot.shape, smooth), reference.outputs["target"]!, precision: .single)
      #expect(problem == nil, "\(reference.id)")
    }
  }

  private func mixed() throws -> ArrayDataset {
    // The level `green` does not occur.
    try table(
      [[2.5, 0, 3], [1, 2, 7], [0.5, 0, 3]], names: ["size", "color", "rooms"],
      categories: [1: ["blue", "green", "red"]])
  }

  @Test func standsWhereTheCategoryStood() throws {
    let data = try mixed()
    let transform = try OneHot(features: ["rooms"]).fit(data.training)
    #expect(
      transform.applied(to: [[9, 0, 7], [8, 2, 3]]) == [[9, 1, 0, 0, 1], [8, 0, 1, 1, 0]])
    let after = transform.description(after: data.description)
    #expect(after.featureNames == ["size", "color=blue", "color=red", "rooms=3", "rooms=7"])
    #expect(after.categories.isEmpty && after.sampleShape == [5])
    let categoriesAlone = try OneHot().fit(data.training)
    #expect(categoriesAlone.applied(to: [[9, 2, 7]]) == [[9, 0, 1, 7]])
  }

  @Test func unknownLevels() throws {
    let data = try mixed()
    let rows: [[Float]] = [[9, 1, 3], [9, .nan, 3], [9, 0, 3]]
    #expect(
      try OneHot().fit(data.training).applied(to: rows)
        == [[9, 0, 0, 3], [9, 0, 0, 3], [9, 1, 0, 3]])
    let strict = try OneHot(features: [], unknown: .error).fit(data.training)
    #expect(
      same(strict.applied(to: rows), [[9, .nan, .nan, 3], [9, .nan, .nan, 3], [9, 1, 0, 3]]))
  }

  @Test func whatIsNoCategory() throws {
    func message(_ cleaner: OneHot, _ data: ArrayDataset) -> String {
      complaint { _ = try cleaner.fit(data.training) }
    }
    #expect(message(OneHot(), try table([[1], [2]])).contains("no feature is a category"))
    #expect(
      message(OneHot(features: ["size"]), try mixed())
        .contains("`size` has the value 2.5; a category has whole numbers"))
    let many = try table((0..<30).map { [Float($0)] })
    #expect(message(OneHot(features: ["0"], mostLevels: 29), many).contains("more than 29 levels"))
    #expect(message(OneHot(features: ["0"], mostLevels: 30), many) == "")
    #expect(message(OneHot(features: ["0"]), try table([[.nan]])).contains("has no value"))
    let image = try ArrayDataset(
      DataDescription(sampleShape: [1, 1, 1], target: .none), features: [1], targets: [])
    #expect(message(OneHot(features: ["0"]), image).contains("rows"))
  }

  @Test func refusesAnotherState() throws {
    let cleaner = OneHot(features: ["rooms"])
    let state = try cleaner.fit(try mixed().training).state
    #expect(complaint { _ = try cleaner.restore(state, sampleShape: [3]) } == "")
    #expect(complaint { _ = try cleaner.restore(state, sampleShape: [2]) } != "")
    for (name, values) in [
      ("counts", [2, 3]), ("levels", [0, 2, 7, 3]), ("features", [2, 1]), ("counts", [0, 4]),
    ] as [(String, [Float])] {
      var other = state
      other[name] = TransformState([values.count], values)
      #expect(complaint { _ = try cleaner.restore(other, sampleShape: [3]) } != "", "\(name)")
    }
  }
}
