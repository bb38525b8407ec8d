import EspalierHost
import EspalierReferences
import Testing

@Suite struct LearningCurveTests {
  @Test func kindsOfTheReference() throws {
    let cases = try Oracle.cases("training_aids/learning_curves")
    #expect(Set(cases.compactMap { $0.other["kind"]?.text }).count == 3)
    for reference in cases {
      let curve = try #require(
        LearningCurve(
          training: reference.inputs["train_loss"]!.values,
          validation: reference.inputs["validation_loss"]!.values,
          constantGuess: reference.number("loss_of_a_constant_guess")!))
      #expect(curve.kind.rawValue == reference.other["kind"]?.text)
      #expect(
        curve.lowest
          == Int(reference.outputs["epoch_of_lowest_validation_loss"]!.values[0]))
      let gap = reference.outputs["final_gap"]!.values[0]
      #expect(abs(try #require(curve.finalGap) - gap) <= reference.allowance(gap))
    }
  }

  @Test func withoutAConstantGuess() throws {
    // Half of what was gained since the first epoch is lost, and the training loss falls on.
    let rises = try #require(
      LearningCurve(training: [2, 1, 0.5, 0.4], validation: [2.2, 1.2, 1.4, 1.7]))
    #expect(rises.kind == .overfitting && rises.lowest == 1 && rises.learned == nil)
    // The same rise, where training gets worse as well: something else went wrong.
    let both = try #require(
      LearningCurve(training: [2, 1, 1.3, 1.6], validation: [2.2, 1.2, 1.4, 1.7]))
    #expect(both.kind == .goodFit)
    let explained = LearningCurve(training: [5, 4], validation: [5, 4], learned: 0.05)
    #expect(explained?.kind == .underfitting)
  }

  @Test func partsThatAreMissing() throws {
    #expect(LearningCurve(training: [], validation: []) == nil)
    let alone = try #require(LearningCurve(training: [2, 1], validation: [], constantGuess: 2))
    #expect(alone.kind == .goodFit && alone.lowest == nil && alone.finalGap == nil)
    #expect(LearningCurve(training: [1, .nan], validation: [1, .nan])?.kind == .diverged)
  }
}
