import EspalierBalancers
import EspalierFormats
import EspalierProtocols
import Foundation
import Testing

@Suite struct SampleWeightsTests {
  private func weights(_ values: [Float], shape: [Int]? = nil, samples count: Int) throws -> Balance
  {
    let folder = NSTemporaryDirectory() + "espalier-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try NPY.write(values, shape: shape ?? [values.count], to: folder + "/weights.npy")
    return try SampleWeights("weights.npy").balance(
      BalancingSamples(
        training: points(count),
        validation: nil, testInputs: nil, random: CounterRandom(seed: 1, stream: "test"),
        folder: folder))
  }

  private func points(_ count: Int) throws -> TrainingSamples {
    try samples((0..<count).map { Float($0) }, classes: Array(repeating: 0, count: count), of: 1)
  }

  @Test func asTheFileSays() throws {
    let balance = try weights([0, 1.5, 3], samples: 3)
    #expect(balance.weights == [0, 1.5, 3] && balance.draws == nil)
  }

  @Test func refuses() throws {
    #expect(message { _ = try weights([1, 2], samples: 3) }.contains("shape [2], but there are 3"))
    #expect(message { _ = try weights([1, 2, 3], shape: [3, 1], samples: 3) }.contains("[3×1]"))
    #expect(message { _ = try weights([1, -2, 3], samples: 3) }.contains("number 1 is -2.0"))
    #expect(message { _ = try weights([1, .nan, 3], samples: 3) }.contains("number 1 is nan"))
    #expect(
      message {
        _ = try balance(SampleWeights("/nowhere/weights.npy"), classes: [0, 0, 0], of: 1)
      }.contains("/nowhere/weights.npy"))
  }
}
