import EspalierHost
import EspalierProtocols
import EspalierReferences
import Foundation
import Testing

@Suite struct BatchLoaderTests {
  private func part(_ count: Int, shape: Shape = [3], onDemand: Bool = false) throws -> Part {
    let data = try numbered(count, shape: shape)
    let dataset: any Dataset = onDemand ? OnDemand(base: data) : data
    return try Preparation.prepare(dataset, split: Split(trainingOnly: count)).training
  }

  /// Everything that an epoch gives, batch after batch.
  private func epoch(
    _ loader: BatchLoader, _ part: Part, _ number: Int, from batch: Int = 0
  ) throws -> [(index: Int, samples: [Int], features: [Float], targets: [Float])] {
    var result: [(Int, [Int], [Float], [Float])] = []
    loader.start(epoch: number, fromBatch: batch)
    while let batch = try loader.next() {
      #expect(Int(bitPattern: batch.features) % 64 == 0)
      #expect(Int(bitPattern: batch.targets) % 64 == 0)
      let size = part.description.sampleShape.count
      result.append(
        (
          batch.index, Array(batch.samples),
          Array(UnsafeBufferPointer(start: batch.features, count: batch.count * size)),
          Array(UnsafeBufferPointer(start: batch.targets, count: batch.count))
        ))
    }
    return result
  }

  @Test func batchesAgreeWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/splits", named: ["batches"]) {
      let part = try part(Int(reference.number("n")!))
      let loader = try BatchLoader(
        part: part, batchSize: Int(reference.number("batch_size")!), shuffle: false,
        dropLast: reference.flag("drop_last")!, seed: 0)
      let sizes = try epoch(loader, part, 0).map { Double($0.samples.count) }
      #expect(sizes == reference.outputs["batch_sizes"]!.values)
      #expect(Double(loader.batchCount) == reference.outputs["batches"]!.values[0])
    }
  }

  @Test func fileOrderWithoutShuffling() throws {
    let part = try part(7)
    let batches = try epoch(
      try BatchLoader(part: part, batchSize: 3, shuffle: false, seed: 0), part, 4)
    #expect(batches.map(\.samples) == [[0, 1, 2], [3, 4, 5], [6]])
    #expect(batches[1].features == [3, 3.25, 3.5, 4, 4.25, 4.5, 5, 5.25, 5.5])
    #expect(batches[1].targets == [0, 1, 2])
    #expect(batches.map(\.index) == [0, 1, 2])
  }

  @Test func aFreshOrderEachEpoch() throws {
    let part = try part(50)
    func orders(seed: UInt64) throws -> [[Int]] {
      let loader = try BatchLoader(part: part, batchSize: 8, shuffle: true, seed: seed)
      return try (0..<3).map { try epoch(loader, part, $0).flatMap(\.samples) }
    }
    let first = try orders(seed: 1)
    for order in first { #expect(order.sorted() == Array(0..<50)) }
    #expect(Set(first).count == 3)
    #expect(try orders(seed: 1) == first)
    #expect(try orders(seed: 2) != first)
    // Not only after the epochs before it.
    let loader = try BatchLoader(part: part, batchSize: 8, shuffle: true, seed: 1)
    #expect(try epoch(loader, part, 2).flatMap(\.samples) == first[2])
  }

  @Test(arguments: [false, true])
  func workersDoNotChangeANumber(_ onDemand: Bool) throws {
    let part = try part(203, shape: [5], onDemand: onDemand)
    func run(_ workers: Int) throws -> [[Float]] {
      let loader = try BatchLoader(
        part: part, batchSize: 8, shuffle: true, seed: 9, augmentations: [Jitter(), Jitter()],
        workers: workers)
      #expect(loader.workerCount == workers)
      return try (0..<4).flatMap { number in
        try epoch(loader, part, number).map { $0.features + $0.targets }
      }
    }
    let alone = try run(0)
    #expect(alone.count == 4 * 26)
    for workers in 1...3 { #expect(try run(workers) == alone, "\(workers) workers") }
    #expect(Set(alone[0]).count > 30)
  }

  @Test(arguments: 0...2)
  func startsAnywhere(_ workers: Int) throws {
    let part = try part(60)
    let loader = try BatchLoader(
      part: part, batchSize: 7, shuffle: true, seed: 3, augmentations: [Jitter()],
      workers: workers)
    let whole = try epoch(loader, part, 5).map(\.features)
    for batch in 0...whole.count {
      #expect(try epoch(loader, part, 5, from: batch).map(\.features) == Array(whole[batch...]))
    }
    // An epoch that is left in the middle, many times.
    for number in 0..<200 {
      loader.start(epoch: number, fromBatch: number % 9)
      if number % 2 == 0 { _ = try loader.next() }
    }
    #expect(try epoch(loader, part, 5).map(\.features) == whole)
    loader.close()
    loader.close()
    #expect(try loader.next() == nil)
  }

  @Test(arguments: 0...2)
  func errorsReachTheConsumer(_ workers: Int) throws {
    let data = OnDemand(base: try numbered(40), broken: 17)
    let part = try Preparation.prepare(data, split: Split(trainingOnly: 40)).training
    let loader = try BatchLoader(
      part: part, batchSize: 5, shuffle: false, seed: 0, workers: workers)
    for _ in 0..<2 {
      loader.start(epoch: 0)
      for index in 0..<3 { #expect(try loader.next()?.index == index) }
      #expect(complaint { _ = try loader.next() } == "sample 17 is broken")
    }
  }

  @Test func refuses() throws {
    let part = try part(5)
    #expect(
      complaint {
        _ = try BatchLoader(part: part, batchSize: 8, shuffle: true, dropLast: true, seed: 0)
      }.contains("5 samples make no batch of 8"))
    #expect(
      complaint { _ = try BatchLoader(part: part, batchSize: 0, shuffle: true, seed: 0) }
        .contains("batch of 0"))
    let unlucky = try self.part(5, shape: [13])
    #expect(
      complaint {
        _ = try BatchLoader(
          part: unlucky, batchSize: 2, shuffle: true, seed: 0, augmentations: [Jitter()])
      }.contains("bad luck"))
    let large = try BatchLoader(part: part, batchSize: 1_000_000_000, shuffle: false, seed: 0)
    #expect(try epoch(large, part, 0).map(\.samples.count) == [5])
  }

  @Test func smallBatchesAreCheap() throws {
    let part = try part(1797, shape: [64])
    for workers in [0, 1] {
      let loader = try BatchLoader(
        part: part, batchSize: 32, shuffle: true, seed: 0, workers: workers)
      var best = Double.infinity
      for number in 0..<20 {
        loader.start(epoch: number)
        let begin = ContinuousClock.now
        var sum: Float = 0
        while let batch = try loader.next() { sum += batch.features[0] }
        let time = (ContinuousClock.now - begin) / loader.batchCount
        best = min(best, Double(time.components.attoseconds) * 1e-18)
        #expect(sum > 0)
      }
      print("32×64 floats, \(workers) workers: \(best * 1e9) ns a batch")
      #if !DEBUG
        if workers == 0 { #expect(best < 2e-6) }
      #endif
    }
    let chosen = try BatchLoader(part: part, batchSize: 32, shuffle: true, seed: 0)
    #expect(chosen.workerCount == 0)
    let augmented = try BatchLoader(
      part: part, batchSize: 32, shuffle: true, seed: 0, augmentations: [Jitter()])
    #expect(augmented.workerCount > 0)
  }
}
