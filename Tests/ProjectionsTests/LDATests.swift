import EspalierConformance
import EspalierProjections
import EspalierProtocols
import EspalierReferences
import Foundation
import Testing

@Suite struct LDATests {
  private func training(
    _ array: Evaluation.Array, _ labels: [Double], classes: Int? = nil
  ) throws -> TrainingSamples {
    let count = classes ?? Int(labels.max() ?? 0) + 1
    let dataset = try ArrayDataset(
      DataDescription(
        sampleShape: [array.shape[1]], target: .classes((0..<count).map { "\($0)" })),
      features: array.values.map { Float($0) }, targets: labels.map { Float($0) })
    return TrainingSamples(dataset, rows: Array(0..<dataset.count))
  }

  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/lda") {
      let train = reference.inputs["train"]!
      let labels = reference.inputs["labels"]!.values
      let plugin = LDA(components: Int(reference.number("k")!))
      let transform = try plugin.fit(try training(train, labels))
      let restored = try plugin.restore(transform.state, sampleShape: [train.shape[1]])
      for (name, input) in [
        ("projected_train", train), ("projected_test", reference.inputs["test"]!),
      ] {
        let found = transform.applied(to: input)
        let expected = aligned(reference.outputs[name]!, to: found)
        #expect(
          reference.difference(name, found, expected, precision: .single) == nil,
          "\(reference.id)")
        #expect(restored.applied(to: input).values == found.values)
      }
      for name in ["eigenvalues", "explained_variance_ratio"] {
        let expected = reference.outputs[name]!
        let found = Evaluation.Array(expected.shape, transform.fitted(name))
        #expect(
          reference.difference(name, found, expected, precision: .single) == nil, "\(reference.id)")
      }
      try checkDirections(reference, transform)
      #expect(try nearest(transform, reference) == reference.outputs["predicted_test"]!.values)
    }
  }

  /// Directions up to length; and vᵀ·S_w·v = n, the entry of greatest magnitude positive.
  private func checkDirections(_ reference: OracleCase, _ transform: any Transform) throws {
    let expected = reference.outputs["directions"]!
    let within = reference.outputs["within_scatter"]!.values
    let (width, count) = (expected.shape[0], expected.shape[1])
    let matrix = transform.fitted("matrix")
    for k in 0..<count {
      let v = Array(matrix[k * width..<(k + 1) * width])
      let other = (0..<width).map { expected.values[$0 * count + k] }
      let product = zip(v, other).reduce(0) { $0 + $1.0 * $1.1 }
      let lengths = [v, other].map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      #expect(abs(abs(product) - lengths[0] * lengths[1]) < 1e-4 * lengths[0] * lengths[1])
      #expect(v.max { abs($0) < abs($1) }! > 0)
      var scatter = 0.0
      for a in 0..<width { for b in 0..<width { scatter += v[a] * within[a * width + b] * v[b] } }
      let samples = Double(reference.inputs["train"]!.shape[0])
      #expect(abs(scatter - samples) < 1e-3 * samples)
    }
  }

  /// The class whose projected mean is nearest, weighed by its share as the reference's prediction is.
  private func nearest(_ transform: any Transform, _ reference: OracleCase) throws -> [Double] {
    let means = transform.applied(to: reference.outputs["class_means"]!)
    let test = transform.applied(to: reference.inputs["test"]!)
    let labels = reference.inputs["labels"]!.values
    let (classes, count) = (means.shape[0], means.shape[1])
    return (0..<test.shape[0]).map { row in
      let scores = (0..<classes).map { label -> Double in
        var distance = 0.0
        for k in 0..<count {
          let step = test.values[row * count + k] - means.values[label * count + k]
          distance += step * step
        }
        let share = Double(labels.count { $0 == Double(label) }) / Double(labels.count)
        return -distance / 2 + log(share)
      }
      return Double(scores.indices.max { scores[$0] < scores[$1] }!)
    }
  }

  @Test func shrinkageMakesScatterAlike() throws {
    // Class means are apart along (1, 1), so the direction is S_w⁻¹·(1, 1).
    let rows: [Double] = [-2, 0, 2, 0, 0, -1, 0, 1, 8, 10, 12, 10, 10, 9, 10, 11]
    let samples = try training(.init([8, 2], rows), [0, 0, 0, 0, 1, 1, 1, 1])
    func ratio(_ shrinkage: Double) throws -> Double {
      let matrix = try LDA(shrinkage: shrinkage).fit(samples).fitted("matrix")
      return matrix[1] / matrix[0]
    }
    // Scatter (16, 4); shrunk by half towards 10: (13, 7).
    #expect(abs(try ratio(0) - 4) < 1e-5)
    #expect(abs(try ratio(0.5) - 13.0 / 7) < 1e-5)
    #expect(abs(try ratio(1) - 1) < 1e-5)
  }

  @Test func featuresWithoutScatter() throws {
    let rows: [Double] = [1, 7, 0, 2, 7, 0, 3, 7, 0, 5, 7, 0, 6, 7, 0, 7, 7, 0]
    let samples = try training(.init([6, 3], rows), [0, 0, 0, 1, 1, 1])
    let matrix = try LDA().fit(samples).fitted("matrix")
    #expect(matrix[0] > 0 && matrix[1] == 0 && matrix[2] == 0)
  }

  @Test func whatCannotBeToldApart() throws {
    let x = Evaluation.Array([4, 1], [1, 2, 3, 4])
    func message(_ labels: [Double], _ plugin: LDA = LDA(), classes: Int? = nil) -> String {
      complaint { _ = try plugin.fit(try training(x, labels, classes: classes)) }
    }
    #expect(message([0, 0, 1, 1]) == "")
    #expect(message([0, 0, 0, 0]).contains("needs two classes"))
    #expect(message([0, 1, 2, 3]).contains("more samples than classes"))
    #expect(message([0, 0, 1, 1], LDA(components: 2)).contains("1 are the most"))
    // Classes that do not occur in the training split count for nothing.
    #expect(message([0, 0, 4, 4], classes: 9) == "")
    let same = Evaluation.Array([4, 1], [1, 3, 1, 3])
    #expect(
      complaint { _ = try LDA().fit(try training(same, [0, 0, 1, 1])) }.contains("same means"))
    let flat = Evaluation.Array([4, 1], [1, 1, 3, 3])
    #expect(
      complaint { _ = try LDA().fit(try training(flat, [0, 0, 1, 1])) }
        .contains("no feature changes within a class"))
    #expect(
      complaint {
        _ = try LDA().fit(try training(.init([4, 1], [1, .nan, 3, 4]), [0, 0, 1, 1]))
      }.contains("not finite"))
    let values = try ArrayDataset(
      DataDescription(sampleShape: [1], target: .values(["y"])), features: [1, 2], targets: [1, 2])
    #expect(
      complaint { _ = try LDA().fit(TrainingSamples(values, rows: [0, 1])) }
        .contains("tells classes apart"))
  }
}
