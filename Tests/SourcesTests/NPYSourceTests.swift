import EspalierProtocols
import EspalierSources
import Testing

@Suite struct NPYSourceTests {
  private let context = SourceContext(folder: repository + "/Tests/Fixtures/formats")
  private let runs = SourceContext(folder: repository + "/Tests/Fixtures/oracles/end_to_end/data")

  @Test func classesAndValues() throws {
    let digits = try NPYSource(features: "digits/X_train.npy", targets: "digits/y_train.npy")
      .open(runs)
    #expect(digits.description.target == .classes((0..<10).map(String.init)))
    #expect(digits.description.sampleShape == [64])
    let table = try CSVSource("digits/train.csv").open(runs)
    #expect(try digits.samples() == table.samples())
    let diabetes = try NPYSource(features: "diabetes/X_train.npy", targets: "diabetes/y_train.npy")
      .open(runs)
    #expect(diabetes.description.target == .values(["target"]))
    let other = try CSVSource("diabetes/train.csv").open(runs)
    #expect(try diabetes.samples([3, 0]) == other.samples([3, 0]))
  }

  /// One file as features and as several targets a sample.
  @Test func rowsOfTargets() throws {
    let data = try NPYSource(features: "f4.npy", targets: "f4.npy").open(context)
    let all = try data.samples()
    #expect(data.description.target.count > 1 && all.features.count > 2)
    #expect(all.targets == all.features)
    let turned = try data.samples([1, 0])
    #expect(turned.targets == turned.features && turned.targets != all.targets)
  }

  @Test func archives() throws {
    let data = try NPYSource(features: "arrays.npz").open(context)
    #expect(try data.samples() == ([0, 0.25, 0.5, 0.75, 1, 1.25], [1, 0]))
    var wrong = NPYSource(features: "arrays.npz")
    wrong.featureArray = "z"
    #expect(complaint { _ = try wrong.open(context) }.contains("it has x, y"))
  }

  @Test func prediction() throws {
    let trained = try NPYSource(features: "arrays.npz").open(context).description
    let next = SourceContext(folder: context.folder, expected: trained, needsTargets: false)
    let data = try #require(NPYSource(features: "arrays.npz").reading("f4.npy")).open(next)
    #expect(data.description.target == .none && data.count == 2)
    #expect(
      complaint { _ = try NPYSource(features: "f4_fortran.npy").open(next) }.contains("[3×4]"))
  }

  @Test func refuses() {
    func message(_ features: FilePath, _ targets: FilePath?) -> String {
      complaint { _ = try NPYSource(features: features, targets: targets).open(context) }
    }
    #expect(message("f4.npy", nil).contains("targets"))
    #expect(message("f4.npy", "u1.npy").contains("3 targets"))
    #expect(message("f4_empty.npy", nil).contains("targets"))
    #expect(message("f4_scalar.npy", "u1.npy").contains("single number"))
    #expect(message("object.npy", "u1.npy").contains("Python objects"))
    #expect(message("f4_vector.npy", "f2.npy").contains("targets"))
  }
}
