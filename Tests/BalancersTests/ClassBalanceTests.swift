import EspalierBalancers
import EspalierReferences
import Testing

@Suite struct ClassBalanceTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases(
      "preprocessing/class_balance", named: ["balanced_class_weights"])
    {
      let counts = reference.integers("class_counts")!
      let labels = classes(counts)
      let weights = try balance(ClassBalance(), classes: labels, of: counts.count).weights!
      for (label, expected) in reference.outputs["weights"]!.values.enumerated() {
        let found = weights[labels.firstIndex(of: label)!]
        #expect(abs(Double(found) - expected) < 1e-6)
      }
    }
  }

  @Test func strengthIsAPower() throws {
    let weights = try balance(ClassBalance(strength: 0.5), classes: classes([1, 4])).weights!
    // 5 / (2 · 1) and 5 / (2 · 4), of the two classes that have samples.
    #expect(abs(weights[0] - Float(2.5).squareRoot()) < 1e-6)
    #expect(abs(weights[1] - Float(0.625).squareRoot()) < 1e-6)
    #expect(try balance(ClassBalance(strength: 0), classes: [0, 1, 1]).weights == [1, 1, 1])
  }

  @Test func valuesAreNoClasses() throws {
    let text = message { _ = try balance(ClassBalance(), classes: [0, 7]) }
    #expect(text.contains("a target is 7.0, which is none of the 3 classes"))
  }
}
