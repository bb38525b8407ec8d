import Espalier
import EspalierCPUBackend
import Foundation
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc

  /// Counts Swift objects while it is told to.
  ///
  /// The runtime makes every object (arrays' storage, closures' contexts, boxes, class instances)
  /// through a function whose address stands in `_swift_allocObject`, which tools may replace once the
  /// flag beside it is set.
  private enum ObjectCount {
    typealias Function = @convention(c) (UnsafeRawPointer?, Int, Int) -> UnsafeMutableRawPointer?
    static let made = Atomic<Int>(0)
    nonisolated(unsafe) static var original: Function?

    /// The number of objects that the whole process makes during `body`; `nil` when the runtime cannot
    /// be asked.
    static func during(_ body: () throws -> Void) rethrows -> Int? {
      let flag = "_swift_enableSwizzlingOfAllocationAndRefCountingFunctions_forInstrumentsOnly"
      guard let entry = dlsym(nil, "_swift_allocObject"), let enabled = dlsym(nil, flag) else {
        return nil
      }
      let place = entry.assumingMemoryBound(to: Function.self)
      let before = place.pointee
      original = before
      made.store(0, ordering: .relaxed)
      place.pointee = { type, size, mask in
        ObjectCount.made.wrappingAdd(1, ordering: .relaxed)
        return ObjectCount.original!(type, size, mask)
      }
      enabled.storeBytes(of: 1, as: UInt8.self)
      defer {
        enabled.storeBytes(of: 0, as: UInt8.self)
        place.pointee = before
      }
      try body()
      return made.load(ordering: .relaxed)
    }
  }

  /// What glibc says of its heaps: bytes taken from the system, free parts and their sizes, mapped
  /// blocks. The text's memory is there from the start, so that it changes nothing itself.
  private struct HeapReport {
    private var text = [CChar](repeating: 0, count: 1 << 17)

    mutating func take() throws {
      typealias Function = @convention(c) (Int32, UnsafeMutableRawPointer) -> Int32
      // Glibc's module leaves <malloc.h> out.
      let info = unsafeBitCast(try #require(dlsym(nil, "malloc_info")), to: Function.self)
      let file = try #require(fmemopen(&text, text.count - 1, "w"))
      let status = info(0, UnsafeMutableRawPointer(file))
      fclose(file)
      #expect(status == 0)
    }

    /// The sums over all heaps, which stand behind the last of them.
    var totals: String {
      let whole = text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
      return whole.components(separatedBy: "</heap>").last ?? ""
    }
  }

  /// A plugin's own kernel in the middle of the step.
  private struct Pass: CustomOperation {
    let name = "pass"
    func shape(of inputs: [Shape]) -> Shape { inputs[0] }
    func compute(
      _ inputs: [UnsafeBufferPointer<Float>], _ shapes: [Shape],
      into output: UnsafeMutableBufferPointer<Float>
    ) {
      for index in output.indices { output[index] = inputs[0][index] }
    }
    func gradients(inputs: [Tensor], output: Tensor, upstream: Tensor) -> [Tensor?] {
      [Tensor.apply(Pass(), to: [upstream])]
    }
  }

  private struct Passing: Callback {
    static let manifest = Manifest("passing", "")
    func transform(loss: Tensor, _ context: StepContext) -> Tensor {
      Tensor.apply(Pass(), to: [loss])
    }
  }

  /// Small networks between them use products, convolutions, pools, reductions and random numbers.
  private let models = [
    "[{dense: {units: 40, activation: relu}}, {dropout: {rate: 0.2}}, {dense: {units: 10}}]",
    """
    [{reshape: {shape: [1, 8, 8]}}, {conv2d: {filters: 5, padding: 1}}, \
    {batch_norm: {activation: relu}}, max_pool, {conv2d: {filters: 6, padding: same}}, \
    {average_pool: {size: 2}}, flatten, {dense: {units: 10}}]
    """,
  ]

  private func step(_ model: String) throws -> StepProgram {
    let text = """
      data: {source: {csv: {path: data.csv}}}
      model: \(model)
      loss: {cross_entropy: {label_smoothing: 0.1}}
      optimizer: adam
      regularizers: [{l2: {strength: 0.001}}]
      callbacks: [{gradient_clipping: {norm: 1}}]
      """
    let config = try ConfigurationLoader(
      catalog: builtIn.get(), files: ["config.yaml": Array(text.utf8)]
    ).load("config.yaml")
    let definition = StepDefinition(
      layers: config.model, loss: config.loss, optimizer: config.optimizer,
      regularizers: config.regularizers, callbacks: config.callbacks + [Passing()],
      data: DataDescription(sampleShape: [64], target: .classes((0..<10).map { "\($0)" })))
    return try StepProgram(definition, batch: 32, backend: CPUBackend())
  }

  private func checkThatStepsMakeNothing(_ model: String, threads: Int) throws {
    CPUBackend().setThreads(threads)
    let step = try step(model)
    #expect(step.executable.arenaBytes == step.plan.arenaCount * MemoryLayout<Float>.stride)
    #expect(step.plan.arenaCount > 0)
    for number in 1...20 { try step.run(step: UInt64(number)) }

    // Where another process has the processor, a thread of the pool may take its first chunk of some kernel, and its
    // working memory with it, late: totals have to come to rest, not to be at rest at once.
    var isAtRest = false
    var number = 20
    for _ in 0..<10 where !isAtRest {
      var before = HeapReport()
      var after = HeapReport()
      // The first reports leave memory of the functions that they call behind.
      for _ in 0..<3 {
        try after.take()
        try before.take()
      }
      let objects = try ObjectCount.during {
        for _ in 0..<1000 {
          number += 1
          try step.run(step: UInt64(number))
        }
      }
      try after.take()
      #expect(try #require(objects) == 0)
      #expect(before.totals.contains("<system"))
      isAtRest = after.totals == before.totals
    }
    #expect(isAtRest)
    // It did train all the while.
    #expect(step.results["loss"]!.allSatisfy { $0.isFinite && $0 < 1 })
  }

  extension EndToEnd {
    /// A step allocates nothing after the first.
    ///
    /// What is measured: Swift objects are counted one by one, those that are given back at once
    /// included. Memory taken from C or through `UnsafeMutablePointer.allocate` is not counted by calls:
    /// of it only what is kept, or was too large for a thread's cache, shows in glibc's totals.
    ///
    /// Counts and totals are those of a whole process, so each test is a process of its own; the
    /// runtime's other threads would not bear the counting either.
    @Suite struct AllocationTests {
      @Test func theCountCounts() async {
        await #expect(processExitsWith: .success) {
          final class Thing { var number = 0 }
          var things: [Thing] = []
          things.reserveCapacity(10)
          let count = ObjectCount.during { for _ in 0..<10 { things.append(Thing()) } }
          #expect(count == 10)
          let arrays = ObjectCount.during {
            for size in 1...10 { things[0].number += [Int](0...size).count }
          }
          #expect(try #require(arrays) >= 10)
          #expect(things[0].number == 65)
          var report = HeapReport()
          for _ in 0..<3 { try report.take() }
          let totals = report.totals
          let kept = UnsafeMutablePointer<Float>.allocate(capacity: 100_000)
          try report.take()
          #expect(report.totals != totals)
          kept.deallocate()
        }
      }

      @Test func aStepMakesNothing() async {
        await #expect(processExitsWith: .success) {
          for model in models { try checkThatStepsMakeNothing(model, threads: 1) }
        }
        await #expect(processExitsWith: .success) {
          for model in models { try checkThatStepsMakeNothing(model, threads: 2) }
        }
      }
    }
  }
#endif
