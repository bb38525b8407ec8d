import EspalierProtocols
import EspalierSources
import Testing

@Suite struct InMemoryTests {
  private func open(
    _ source: InMemory, expected: DataDescription? = nil, needsTargets: Bool = true
  ) throws -> any Dataset {
    try source.open(SourceContext(folder: ".", expected: expected, needsTargets: needsTargets))
  }
  private func refusal(_ source: InMemory) -> String { complaint { try source.validate() } }

  @Test func namesOfClasses() throws {
    let data = try open(
      InMemory(features: [[1, 2], [3, 4], [5, 6]], labels: ["dog", "cat", "dog"]))
    #expect(data.count == 3 && data.description.sampleShape == [2])
    #expect(data.description.target == .classes(["cat", "dog"]))
    let (features, targets) = try data.samples([2, 1])
    #expect(features == [5, 6, 3, 4] && targets == [1, 0])
    let ordered = try open(
      InMemory(features: [[1], [2]], labels: ["dog", "cat"], classes: ["dog", "eel", "cat"]))
    #expect(ordered.description.target == .classes(["dog", "eel", "cat"]))
    #expect(try ordered.allTargets() == [0, 2])
  }

  @Test func numbersOfClasses() throws {
    let found = try open(InMemory(features: [[1], [2], [3]], labels: [10, 2, 10]))
    #expect(found.description.target == .classes(["2", "10"]))
    #expect(try found.allTargets() == [1, 0, 1])
    let named = try open(InMemory(features: [[1], [2]], labels: [1, 0], classes: ["cat", "dog"]))
    #expect(named.description.target == .classes(["cat", "dog"]))
    #expect(try named.allTargets() == [1, 0])
    // Names that are numbers are meant themselves.
    let numbers = try open(InMemory(features: [[1], [2]], labels: [1, 2], classes: ["2", "1"]))
    #expect(try numbers.allTargets() == [1, 0])
  }

  @Test func valuesAndNone() throws {
    let one = try open(InMemory(features: [[1], [2]], values: [0.5, 7]))
    #expect(one.description.target == .values(["target"]))
    #expect(try one.allTargets() == [0.5, 7])
    let two = try open(
      InMemory(features: [[1], [2]], values: [[1, 2], [3, 4]], targetNames: ["a", "b"]))
    #expect(two.description.target == .values(["a", "b"]))
    #expect(try two.allTargets() == [1, 2, 3, 4])
    let none = try open(InMemory(features: [[1], [2]]), needsTargets: false)
    #expect(none.description.target == .none && none.count == 2)
    #expect(complaint { _ = try open(InMemory(features: [[1]])) }.contains("without targets"))
  }

  @Test func images() throws {
    let source = InMemory(features: [[1, 2, 3, 4]], labels: [0], shape: [1, 2, 2])
    #expect(try open(source).description.sampleShape == [1, 2, 2])
    #expect(
      refusal(InMemory(features: [[1, 2, 3]], labels: [0], shape: [2, 2])).contains("[2×2]"))
    let huge = InMemory(features: [[1]], labels: [0], shape: [1 << 62, 8])
    #expect(refusal(huge).contains("do not fill"))
  }

  @Test func whatTheModelLearned() throws {
    let classes = DataDescription(
      sampleShape: [1, 1, 2], featureNames: ["a", "b"], target: .classes(["cat", "dog"]))
    let data = try open(InMemory(features: [[1, 2]], labels: ["dog"]), expected: classes)
    #expect(data.description.sampleShape == [1, 1, 2])
    #expect(data.description.featureNames == ["a", "b"])
    #expect(data.description.target == classes.target)
    #expect(try data.allTargets() == [1])
    #expect(
      try open(InMemory(features: [[1, 2]], labels: [1]), expected: classes).allTargets() == [1])
    func refusal(_ source: InMemory, _ expected: DataDescription) -> String {
      complaint { _ = try open(source, expected: expected) }
    }
    #expect(refusal(InMemory(features: [[1]], labels: ["dog"]), classes).contains("[1×1×2]"))
    #expect(refusal(InMemory(features: [[1, 2]], labels: ["eel"]), classes).contains("`eel`"))
    #expect(refusal(InMemory(features: [[1, 2]], values: [1]), classes).contains("`labels`"))
    let values = DataDescription(sampleShape: [2], target: .values(["y"]))
    #expect(refusal(InMemory(features: [[1, 2]], labels: [1]), values).contains("`values`"))
    #expect(
      refusal(InMemory(features: [[1, 2]], values: [[1, 2]]), values).contains("2 values"))
    #expect(
      try open(InMemory(features: [[1, 2]], values: [4]), expected: values).description.target
        == values.target)
  }

  @Test func whatCannotBeRight() {
    #expect(refusal(InMemory(features: [], labels: [Int]())).contains("no samples"))
    #expect(refusal(InMemory(features: [[]], labels: [1])).contains("no features"))
    #expect(
      refusal(InMemory(features: [[1, 2], [3]], labels: [1, 2]))
        .contains("the first has 2, sample 1 has 1"))
    #expect(refusal(InMemory(features: [[1], [2]], labels: [1])).contains("have 1 labels"))
    #expect(refusal(InMemory(features: [[1], [2]], values: [1])).contains("have 1 values"))
    #expect(
      refusal(InMemory(features: [[1, 2], [3, .infinity]], labels: [1, 2]))
        .contains("sample 1: number 1 of its features is inf"))
    #expect(refusal(InMemory(features: [[1]], values: [-.infinity])).contains("its values is -inf"))
    #expect(
      refusal(InMemory(features: [[1]], labels: ["eel"], classes: ["cat"])).contains("`eel`"))
    #expect(
      refusal(InMemory(features: [[1]], labels: [-1], classes: ["cat"])).contains("no class -1"))
    #expect(
      refusal(InMemory(features: [[1]], labels: [0], classes: ["a", "a"])).contains("same name"))
    #expect(
      refusal(InMemory(features: [[1]], labels: [0], featureNames: ["a", "b"])).contains("2 names"))
    #expect(
      refusal(InMemory(features: [[1]], values: [0], targetNames: ["a", "b"])).contains("2 names"))
  }

  @Test func aConfigAloneHasNoSamples() throws {
    let source = InMemory()
    try source.validate()
    let error = #expect(throws: PluginError.self) { try open(source) }
    #expect(error?.message.contains("a config cannot hold them") == true)
    #expect(error?.remedy?.contains("csv") == true)
  }
}
