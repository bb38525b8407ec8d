import EspalierBalancers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct LabelShiftTests {
  @Test func agreesWithTheReference() throws {
    let cases = try Oracle.cases("preprocessing/label_shift")
    #expect(cases.count == 2)
    for reference in cases {
      let k = Int(reference.number("classes")!)
      func labels(_ name: String) -> [Int] { reference.inputs[name]!.values.map { Int($0) } }
      let shares = reference.outputs["train_label_distribution"]!.values
      let training = classes(shares.map { Int(($0 * 600).rounded()) })
      let found = try LabelShift.weights(
        labels: labels("validation_labels"), predictions: labels("validation_predictions"),
        onTest: labels("test_predictions"), training: training, names: (0..<k).map { "\($0)" })
      let problem = reference.difference(
        "clipped_class_weights", .init([k], found), reference.outputs["clipped_class_weights"]!,
        precision: .double)
      #expect(problem == nil, "\(reference.id): \(problem ?? "")")
    }
  }

  /// Two clouds: as many of each in training, nine to one in the test.
  private func shifted() throws -> BalancingSamples {
    var random = CounterRandom(seed: 3, stream: "clouds")
    func cloud(_ labels: [Int]) -> [Float] {
      labels.flatMap { label in [Float(label) * 3 + random.normal(), random.normal()] }
    }
    let training = classes([200, 200])
    let validation = classes([100, 100])
    return BalancingSamples(
      training: try samples(cloud(training), width: 2, classes: training, of: 2),
      validation: try samples(cloud(validation), width: 2, classes: validation, of: 2),
      testInputs: try samples(cloud(classes([900, 100])), width: 2), random: random)
  }

  @Test func findsTheSharesOfTheTest() throws {
    let weights = try LabelShift().balance(shifted()).weights!
    #expect(abs(weights[0] - 1.8) < 0.05)
    #expect(abs(weights[399] - 0.2) < 0.05)
    let clipped = try LabelShift(clip: 1).balance(shifted()).weights!
    #expect(clipped[0] == 1)
  }

  @Test func classesThatCannotBeTold() throws {
    #expect(
      message {
        _ = try LabelShift.weights(
          labels: [0, 0, 1, 1], predictions: [0, 1, 0, 1], onTest: [0, 1], training: [0, 1],
          names: ["a", "b"])
      }.contains("so much that their shares cannot be told"))
    #expect(
      message {
        _ = try LabelShift.weights(
          labels: [0, 0], predictions: [0, 1], onTest: [0], training: [0, 1], names: ["a", "b"])
      }.contains("no validation sample is `b`"))
  }
}
