import EspalierHost
import EspalierReferences
import Testing

@Suite struct AdaBoostTests {
  @Test(arguments: try Oracle.cases("../ensembles/adaboost"))
  func agreesWithScikitLearn(_ reference: OracleCase) {
    let mistakes = reference.inputs["mistakes"]!
    let samples = mistakes.shape[1]
    var boost = AdaBoost(
      samples: samples, classes: Int(reference.number("classes")!),
      weights: reference.inputs["weights"]?.values)
    let weights = reference.outputs["weights"]!.values
    var kept = 0
    for round in 0..<mistakes.shape[0] {
      for sample in 0..<samples {
        #expect(abs(boost.weights[sample] - weights[round * samples + sample]) < 1e-9)
      }
      let wrong = (0..<samples).map { mistakes.values[round * samples + $0] == 1 }
      switch boost.take(mistakes: wrong) {
      case .kept(let error, let weight):
        #expect(abs(error - reference.outputs["errors"]!.values[kept]) < 1e-9)
        #expect(abs(weight - reference.outputs["member_weights"]!.values[kept]) < 1e-9)
        kept += 1
      case .perfect:
        #expect(reference.name == "perfect" && round == mistakes.shape[0] - 1)
        #expect(reference.outputs["member_weights"]!.values[kept] == 1)
        kept += 1
      case .useless(let error):
        #expect(reference.name == "useless" && round == mistakes.shape[0] - 1)
        #expect(error >= 0.5)
      }
    }
    #expect(kept == Int(reference.number("kept")!))
  }
}
