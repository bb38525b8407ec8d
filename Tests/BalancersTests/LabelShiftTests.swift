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

  /// From features to weights, by another discriminant.
  @Test func itsClassifierAgreesWithTheReference() throws {
    let cases = try Oracle.cases("../balancers/label_shift")
    #expect(cases.count == 3)
    for reference in cases {
      let k = Int(reference.number("classes")!)
      func labels(_ name: String) -> [Int] { reference.inputs[name]!.values.map { Int($0) } }
      func all(_ name: String, _ classes: [Int]? = nil) throws -> TrainingSamples {
        let x = reference.inputs[name]!
        return try samples(x.values.map { Float($0) }, width: x.shape[1], classes: classes, of: k)
      }
      let weights = try LabelShift(clip: 1e9).balance(
        BalancingSamples(
          training: all("train", labels("labels")),
          validation: all("validation", labels("validation_labels")), testInputs: all("test"),
          random: CounterRandom(seed: 1, stream: "test"))
      ).weights!
      for (label, weight) in zip(labels("labels"), weights) {
        let expected = reference.outputs["weights"]!.values[label]
        #expect(abs(Double(weight) - expected) < 1e-5, "\(reference.id) class \(label)")
      }
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

  /// Class 0 is always taken for class 1, and 1 for 0: no equation begins with its own class.
  @Test func classesMayBeTakenForEachOther() throws {
    let weights = try LabelShift.weights(
      labels: [0, 0, 1, 1], predictions: [1, 1, 0, 0], onTest: [0, 0, 0, 1], training: [0, 1],
      names: ["a", "b"])
    #expect(weights == [0.5, 1.5])
    #expect(LabelShift().usesTestInputs && CovariateShift().usesTestInputs)
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
