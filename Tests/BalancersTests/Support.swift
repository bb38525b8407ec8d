import EspalierProtocols
import EspalierReferences
import Testing

/// Samples in memory, all of them.
func samples(
  _ features: [Float], width: Int = 1, classes: [Int]? = nil, of count: Int = 3
) throws -> TrainingSamples {
  let target: TargetDescription =
    classes == nil ? .none : .classes((0..<count).map { "class \($0)" })
  let dataset = try ArrayDataset(
    DataDescription(sampleShape: [width], target: target), features: features,
    targets: (classes ?? []).map { Float($0) })
  return TrainingSamples(dataset, rows: Array(0..<features.count / width))
}

/// What a balancer makes of samples of these classes.
func balance(_ balancer: some Balancer, classes: [Int], of count: Int = 3) throws -> Balance {
  let training = try samples(classes.map { Float($0) }, classes: classes, of: count)
  return try balancer.balance(
    BalancingSamples(
      training: training, validation: nil, testInputs: nil,
      random: CounterRandom(seed: 1, stream: "test")))
}

/// As many samples of each class as given.
func classes(_ counts: [Int]) -> [Int] {
  counts.enumerated().flatMap { [Int](repeating: $0, count: $1) }
}

/// The message that a body throws.
func message(_ body: () throws -> Void) -> String {
  do { try body() } catch { return "\(error)" }
  return ""
}
