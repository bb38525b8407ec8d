import EspalierProtocols
import Testing

@testable import EspalierHost

/// Parts that are transformed when they are read, beside the same ones in memory.
@Suite struct StreamingTests {
  /// Leaves out samples of the training split with a first feature above a bound, and adds one to the others.
  private struct Bounded: Cleaner {
    static let manifest = Manifest("bounded", "x + 1, without what is large")
    @Parameter("bound") var bound: Float = 10
    init() {}
    init(bound: Float) { self.bound = bound }
    func fit(_ samples: TrainingSamples) throws -> any Transform {
      Shifted.Map(outputShape: samples.description.sampleShape, mean: -1, factor: 1)
    }
    func exclusion(
      from samples: TrainingSamples, fitted transform: any Transform
    ) throws -> Exclusion { Exclusion(try samples.indices { values, _ in values[0] > bound }) }
    func restore(_ state: [String: TransformState], sampleShape: Shape) throws -> any Transform {
      Unchanged(outputShape: sampleShape)
    }
  }

  private func parts(
    _ dataset: any Dataset, _ transforms: [any FittedPlugin], memory: Int,
    target: (any Normalizer)? = nil
  ) throws -> PreparedData {
    try Preparation.prepare(
      dataset,
      split: Split(count: dataset.count, validation: 0.2, test: 0.1, seed: 4),
      transforms: transforms, target: target, memory: memory)
  }

  private func compare(_ held: PreparedData, _ streamed: PreparedData) throws {
    for (a, b) in [
      (held.training, streamed.training), (held.validation!, streamed.validation!),
      (held.test!, streamed.test!),
    ] {
      #expect(a.isInMemory && !b.isInMemory)
      #expect(a.count == b.count && a.description.sampleShape == b.description.sampleShape)
      let (x, y) = (try a.everything(), try b.everything())
      #expect(x.features == y.features && x.targets == y.targets)
      #expect(try a.allTargets() == b.allTargets() && a.allTargets() == x.targets)
    }
    #expect(held.exclusions.mapValues(\.samples) == streamed.exclusions.mapValues(\.samples))
  }

  @Test func sameNumbersAsInMemory() throws {
    let data = try numbered(200)
    let chains: [[any FittedPlugin]] = [
      [], [Shifted(factor: 0.3)], [Shifted(factor: 3), Total()],
      [Bounded(bound: 150), Shifted(factor: 0.1), Shifted(factor: 7), Total()],
      [Bounded(bound: 150), Bounded(bound: 100)],
    ]
    for chain in chains {
      for dataset in [data, OnDemand(base: data)] as [any Dataset] {
        // Mapped data without transforms are read on demand anyway.
        if chain.isEmpty, dataset is OnDemand { continue }
        try compare(
          parts(dataset, chain, memory: .max), parts(dataset, chain, memory: 0))
      }
    }
  }

  @Test func targetsAreChangedWhenTheyAreRead() throws {
    let data = try numbered(50, target: .values(["y"]))
    let chain = [Shifted(factor: 0.3)]
    try compare(
      parts(data, chain, memory: .max, target: Shifted(factor: 4)),
      parts(data, chain, memory: 0, target: Shifted(factor: 4)))
  }

  /// All parts count together; what a projection makes small enough is held.
  @Test func theLimit() throws {
    let data = try numbered(200)
    let bytes = 200 * 3 * 4
    #expect(try parts(data, [Shifted()], memory: bytes).training.isInMemory)
    #expect(try !parts(data, [Shifted()], memory: bytes - 1).training.isInMemory)
    let small = try parts(data, [Shifted(), Total()], memory: bytes / 3)
    #expect(small.training.isInMemory)
    #expect(
      try small.training.everything().features
        == parts(data, [Shifted(), Total()], memory: .max).training.everything().features)
  }

  @Test func unusableValuesAreFoundBeforeTheRun() throws {
    for bad in [3, 60, 199] {
      for value in [Float.nan, .infinity] {
        var features = try numbered(200).features
        features[bad * 3 + 1] = value
        let base = try numbered(200)
        let data = try ArrayDataset(
          base.description, features: features, targets: base.targets, place: { "line \($0 + 2)" })
        let chain: [any FittedPlugin] = [Bounded(bound: 1000), Shifted.Fixed(), Total()]
        let message = complaint { _ = try parts(data, chain, memory: .max) }
        #expect(message.contains("line \(bad + 2), feature 1: the value is"))
        #expect(complaint { _ = try parts(data, chain, memory: 0) } == message)
      }
    }
  }

  /// An epoch's batches, with a balancer's draws and augmentations.
  @Test func sameBatches() throws {
    let data = try numbered(100)
    func batches(_ memory: Int) throws -> [[Float]] {
      let prepared = try parts(data, [Shifted(factor: 0.3)], memory: memory)
      let drawn = Part(
        drawing: SampleNumbers([5, 5, 1, 60, 2, 8, 9]), from: prepared.training,
        weights: [1, 2, 3, 4, 5, 6, 7])
      var result: [[Float]] = []
      for part in [prepared.training, drawn] {
        let loader = try BatchLoader(
          part: part, batchSize: 6, shuffle: true, seed: 3, augmentations: [Jitter()], workers: 2)
        defer { loader.close() }
        loader.start(epoch: 2)
        while let batch = try loader.next() {
          result.append(Array(UnsafeBufferPointer(start: batch.features, count: batch.count * 3)))
          result.append(Array(UnsafeBufferPointer(start: batch.targets, count: batch.count)))
          result.append(batch.samples.map { Float($0) })
          if let weights = batch.weights {
            result.append(Array(UnsafeBufferPointer(start: weights, count: batch.count)))
          }
        }
      }
      return result
    }
    let held = try batches(.max)
    #expect(held.count > 20 && held.joined().allSatisfy { $0.isFinite })
    #expect(try batches(0) == held)
  }

  /// One byte a sample says the same as lists of samples do.
  @Test func splitsByMarks() throws {
    for (count, classes) in [(103, 0), (200, 3), (57, 5), (12, 1)] {
      let classOf = { (sample: Int) in sample * 7 % max(classes, 1) * (sample % 3) % max(classes, 1)
      }
      for shuffle in [true, false] {
        for seed in [1, 9] as [UInt64] {
          let split = try Split(
            count: count, validation: 0.2, test: 0.15,
            classes: classes > 0 ? (0..<count).map(classOf) : nil, shuffle: shuffle, seed: seed)
          let expected = try lists(
            count, classes > 0 ? (0..<count).map(classOf) : nil, shuffle, seed)
          #expect([split.training, split.validation, split.test] == expected)
        }
      }
    }
  }

  private func lists(
    _ count: Int, _ classes: [Int]?, _ shuffle: Bool, _ seed: UInt64
  ) throws -> [[Int]] {
    var random = CounterRandom(seed: seed, stream: "split")
    let order = shuffle ? random.permutation(count) : Array(0..<count)
    var groups = [[Int]](repeating: [], count: (classes?.max() ?? 0) + 1)
    for sample in order { groups[classes?[sample] ?? 0].append(sample) }
    groups.removeAll(where: \.isEmpty)
    var parts: [[Int]] = [[], [], []]
    for (group, size) in zip(groups, Split.sizes(groups.map(\.count), shares: [0.2, 0.15])) {
      let rest = group.count - size[0] - size[1]
      parts[0] += group[..<rest]
      parts[1] += group[rest..<rest + size[0]]
      parts[2] += group[(rest + size[0])...]
    }
    return parts.map { $0.sorted() }
  }

  @Test func sizes() throws {
    func bytes(_ value: ConfigValue) -> Int? { try? DataMemory.decode(value).bytes }
    #expect(bytes(.text("1 GB")) == 1_000_000_000 && bytes(.text("512MiB")) == 512 << 20)
    #expect(bytes(.text("1.5 kB")) == 1500 && bytes(.text("2 gib")) == 2 << 30)
    #expect(bytes(.integer(0)) == 0 && bytes(.integer(4096)) == 4096 && bytes(.text("7 B")) == 7)
    for wrong in ["", "GB", "1 XB", "-1 GB", "1e99 GB", "1..2 GB", "9999999999 TB"] {
      #expect(bytes(.text(wrong)) == nil, "\(wrong)")
    }
    #expect(bytes(.integer(-1)) == nil && bytes(.bool(true)) == nil && bytes(.number(0.5)) == nil)
    for memory in [DataMemory(bytes: 0), .megabytes(3), .gigabytes(2), DataMemory(bytes: 1 << 31)] {
      #expect(bytes(memory.configValue) == memory.bytes)
    }
    #expect(DataMemory.gigabytes(2).configValue == .text("2 GB"))
    #expect(DataMemory(bytes: 1 << 30).configValue == .text("1 GiB"))
  }
}

extension Shifted {
  /// Nothing is fitted, so that missing values are not complained of by a plugin.
  fileprivate struct Fixed: Normalizer {
    static let manifest = Manifest("fixed", "x − 1")
    func fit(_ samples: TrainingSamples) throws -> any Transform {
      Map(outputShape: samples.description.sampleShape, mean: 1, factor: 1)
    }
    func restore(_ state: [String: TransformState], sampleShape: Shape) throws -> any Transform {
      Map(outputShape: sampleShape, mean: 1, factor: 1)
    }
  }
}
