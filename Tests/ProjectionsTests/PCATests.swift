import EspalierConformance
import EspalierProjections
import EspalierProtocols
import EspalierReferences
import Foundation
import Testing

@Suite struct PCATests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/pca", named: ["pca"]) {
      let plugin = PCA(components: Int(reference.number("k")!))
      // The sign rule is the reference's own.
      try check(reference, plugin, anySign: reference.tags.contains("edge"))
      let transform = try plugin.fit(try training(reference.inputs["train"]!))
      for name in ["explained_variance", "explained_variance_ratio", "mean"] {
        guard let expected = reference.outputs[name] else { continue }
        let found = Evaluation.Array(expected.shape, transform.fitted(name))
        #expect(reference.difference(name, found, expected, precision: .single) == nil)
      }
      if let expected = reference.outputs["components"], !reference.tags.contains("edge") {
        let found = Evaluation.Array(expected.shape, transform.fitted("matrix"))
        #expect(reference.difference("components", found, expected, precision: .single) == nil)
      }
    }
  }

  @Test func shareOfVariance() throws {
    for reference in try Oracle.cases("preprocessing/pca", named: ["pca_by_variance"]) {
      let plugin = PCA(share: reference.number("variance_fraction")!)
      let transform = try plugin.fit(try training(reference.inputs["train"]!))
      #expect(transform.outputShape == [Int(reference.outputs["k"]!.values[0])])
    }
  }

  @Test(arguments: ["digits", "made"])
  func manyFeatures(_ name: String) throws {
    let expected = try PrincipalComponents(name)
    let data = try PrincipalComponents.samples(name)
    let transform = try PCA(components: expected.count).fit(try training(data))
    for key in ["explained_variance", "explained_variance_ratio"] {
      for (a, b) in zip(transform.fitted(key), expected.numbers(key)) {
        #expect(abs(a - b) <= 1e-4 * b, "\(key)")
      }
    }
    expected.compare(transform, data, "projected")
    let byShare = try PCA(share: 0.95).fit(try training(data))
    #expect(byShare.outputShape == [Int(expected.number("components_for_95_percent"))])
  }

  @Test func allComponentsUnlessAsked() throws {
    let wide = try training((0..<12).map { sin(Double($0 * $0)) }, [4])
    #expect(try PCA().fit(wide).outputShape == [3])
    #expect(complaint { _ = try PCA(components: 4).fit(wide) }.contains("3 are the most"))
    #expect(complaint { _ = try PCA().fit(try training([1, 2], [2])) }.contains("2 are needed"))
    #expect(
      complaint { _ = try PCA().fit(try training([1, 2, .nan, 1], [2])) }.contains("finite"))
  }

  @Test func decodesComponents() throws {
    #expect(try Components.decode(.integer(3)) == .count(3))
    #expect(try Components.decode(.number(0.9)) == .share(0.9))
    #expect(try Components.decode(.number(4)) == .count(4))
    for bad in [ConfigValue.integer(0), .number(-0.5), .number(2.5), .text("all"), .number(.nan)] {
      #expect(throws: ValueProblem.self) { try Components.decode(bad) }
    }
  }

  @Test func refusesAnotherState() throws {
    let state = try PCA(components: 1).fit(try training([1, 2, 3, 5], [2])).state
    #expect(complaint { _ = try PCA().restore(state, sampleShape: [3]) }.contains("have 3"))
    #expect(complaint { _ = try PCA().restore([:], sampleShape: [2]) }.contains("lacks"))
  }
}

/// Tests/Fixtures/projections/principal_components.json.
struct PrincipalComponents {
  private let entry: EspalierReferences.JSON
  var count: Int { Int(number("count")) }

  init(_ name: String) throws {
    let url = URL(fileURLWithPath: Oracle.path("../projections/principal_components.json"))
    let json = try JSONDecoder().decode(
      EspalierReferences.JSON.self, from: Data(contentsOf: url))
    entry = try #require(json[name])
  }

  func number(_ key: String) -> Double { entry[key]?.number ?? .nan }
  func numbers(_ key: String) -> [Double] { entry[key]?.list?.compactMap(\.number) ?? [] }

  /// The 1797×64 digits, or the matrix of the script's formula.
  static func samples(_ name: String) throws -> Evaluation.Array {
    if name == "made" {
      var values: [Double] = []
      for i in 0..<300 {
        for j in 0..<784 {
          let wave = sin(0.37 * Double((i + 1) * (j % 29 + 1))) * Double(1 + j % 7)
          values.append(wave + Double((7 * i + 13 * j) % 31) / 31)
        }
      }
      return .init([300, 784], values)
    }
    let path = Oracle.path("../../../Examples/data/digits.csv")
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst()
    let values = lines.flatMap { $0.split(separator: ",").dropLast().map { Double($0)! } }
    return .init([lines.count, 64], values)
  }

  /// Compares the rows of the fixture, each number to 1e-4 of its column's scale.
  func compare(_ transform: any Transform, _ data: Evaluation.Array, _ key: String) {
    let found = transform.applied(to: data)
    let expected = numbers(key)
    for (place, row) in numbers("rows").enumerated() {
      for k in 0..<count {
        let deviation = key == "whitened" ? 1 : numbers("explained_variance")[k].squareRoot()
        let (a, b) = (found.values[Int(row) * count + k], expected[place * count + k])
        #expect(abs(a - b) <= 1e-4 * max(abs(b), deviation), "row \(row), component \(k)")
      }
    }
  }
}
