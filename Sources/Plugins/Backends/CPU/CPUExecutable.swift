import EspalierKernels
import EspalierProtocols

/// A plan bound to memory: a list of kernel calls and a table of pointers.
final class CPUExecutable: Executable {
  let plan: Plan
  private let memory: CPUMemory
  /// The part of the arena that lasts between runs; the rest is the memory's scratch.
  private let kept: UnsafeMutableBufferPointer<Float>
  private let info: UnsafeMutablePointer<esp_run_info>

  private var table: UnsafeMutableBufferPointer<UnsafeMutablePointer<Float>?>
  private var steps: UnsafeMutableBufferPointer<Step>
  /// Table entries that point into an input's memory, which is known at each run.
  private let patches: [(entry: Int, input: Int, offset: Int)]
  /// Table entries that point into the scratch, and where that was when they were set.
  private let shared: [(entry: Int, byte: Int)]
  private var scratch: UnsafeMutablePointer<Float>?
  private let copies: [CopyGeometry]
  private var customs: [CustomCall]
  private let programs: [FusedProgram]
  private let blocks: [UnsafeMutablePointer<BlockContext>]
  private let outputs: [(entry: Int, count: Int)]
  /// The plan's kernel of each step.
  private let kernelOfStep: [Int]
  private var bound: [UnsafePointer<Float>?]

  var arenaBytes: Int { plan.arenaCount * MemoryLayout<Float>.stride }
  /// Kernel calls of a run.
  var stepCount: Int { steps.count }

  init(_ plan: Plan, _ memory: CPUMemory) throws {
    self.plan = plan
    self.memory = memory
    kept = CPUMemory.block(plan.arenaCount - plan.scratchCount)
    memory.reserveScratch(plan.scratchCount)
    info = .allocate(capacity: 1)
    info.initialize(to: esp_run_info(seed: 0, step: 0))

    var binder = Binder(plan)
    var kernelOfStep: [Int] = []
    for (index, kernel) in plan.kernels.enumerated() {
      try binder.add(kernel)
      while kernelOfStep.count < binder.steps.count { kernelOfStep.append(index) }
    }
    self.kernelOfStep = kernelOfStep
    outputs = try plan.program.outputs.map { output in
      (try binder.entry(output.node), plan.program.nodes[output.node].shape.count)
    }
    table = .allocate(capacity: max(binder.entries.count, 1))
    table.initialize(repeating: nil)
    var patches: [(entry: Int, input: Int, offset: Int)] = []
    var shared: [(entry: Int, byte: Int)] = []
    let (table, kept, scratchBytes) = (self.table, self.kept, 4 * plan.scratchCount)
    func bind(_ entry: Int, byte: Int) {
      guard byte >= scratchBytes else { return shared.append((entry, byte)) }
      table[entry] = (UnsafeMutableRawPointer(kept.baseAddress!) + (byte - scratchBytes))
        .assumingMemoryBound(to: Float.self)
    }
    for (entry, place) in binder.entries.enumerated() {
      switch place {
      case .arena(let offset): bind(entry, byte: 4 * offset)
      case .shortArena(let offset): bind(entry, byte: 2 * offset)
      case .variable(let id, let offset): table[entry] = memory.pointer(id, offset: offset)
      case .input(let slot, let offset): patches.append((entry, slot, offset))
      }
    }
    self.patches = patches
    self.shared = shared
    copies = binder.copies
    customs = binder.customs
    programs = binder.programs
    bound = plan.program.inputs.map { _ in nil }
    steps = .allocate(capacity: binder.steps.count)
    var blocks: [UnsafeMutablePointer<BlockContext>] = []
    for (index, pending) in binder.steps.enumerated() {
      var block: UnsafeMutablePointer<BlockContext>?
      if let epilogue = pending.epilogue {
        block = .allocate(capacity: 1)
        block!.initialize(
          to: BlockContext(
            program: epilogue.program, operands: table.baseAddress! + epilogue.operands, info: info)
        )
        blocks.append(block!)
      }
      steps.initializeElement(at: index, to: pending.step.withBlock(block))
    }
    self.blocks = blocks
  }

  deinit {
    kept.deallocate()
    table.deallocate()
    steps.deallocate()
    info.deallocate()
    blocks.forEach { $0.deallocate() }
  }

  func output(_ index: Int) -> UnsafeBufferPointer<Float> {
    // One that lies in the scratch (of a plan that keeps nothing apart) may be asked for before a run.
    if scratch != memory.scratch.baseAddress { moveToScratch() }
    let (entry, count) = outputs[index]
    return UnsafeBufferPointer(start: table[entry], count: count)
  }

  func run(inputs: UnsafeBufferPointer<UnsafePointer<Float>>, seed: UInt64, step: UInt64) throws {
    prepare(inputs, seed, step)
    for index in steps.indices { try run(index) }
  }

  func run(
    inputs: UnsafeBufferPointer<UnsafePointer<Float>>, seed: UInt64, step: UInt64,
    timing seconds: inout [Double]
  ) throws -> Bool {
    prepare(inputs, seed, step)
    let clock = ContinuousClock()
    var last = clock.now
    for index in steps.indices {
      try run(index)
      let now = clock.now
      let passed = (now - last).components
      seconds[kernelOfStep[index]] += Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
      last = now
    }
    return true
  }

  private func prepare(
    _ inputs: UnsafeBufferPointer<UnsafePointer<Float>>, _ seed: UInt64, _ step: UInt64
  ) {
    info.pointee.seed = seed
    info.pointee.step = step
    if scratch != memory.scratch.baseAddress { moveToScratch() }
    for (entry, input, offset) in patches {
      table[entry] = UnsafeMutablePointer(mutating: inputs[input]) + offset
    }
  }

  /// Another program has made the scratch larger since the last run.
  private func moveToScratch() {
    scratch = memory.scratch.baseAddress
    guard let scratch else { return }
    for (entry, byte) in shared {
      table[entry] = (UnsafeMutableRawPointer(scratch) + byte).assumingMemoryBound(to: Float.self)
    }
  }

  /// Runs one kernel call.
  @inline(__always)
  private func run(_ index: Int) throws {
    switch steps[index] {
    case .fused(let program, let operands):
      esp_fused_run(program, table.baseAddress! + operands, info)
    case .gemm(var product, let a, let b, let c, let block):
      product.a = UnsafePointer(table[a])
      product.b = UnsafePointer(table[b])
      product.c = table[c]
      if let block {
        product.block = runBlock
        product.block_context = UnsafeMutableRawPointer(block)
      }
      esp_gemm(&product)
    case .convolution(var shape, let x, let w, let y, let block):
      var epilogue = esp_conv_epilogue()
      if let block {
        epilogue.block = runBlock
        epilogue.block_context = UnsafeMutableRawPointer(block)
      }
      esp_conv_forward(&shape, table[x], table[w], table[y], &epilogue)
    case .convolutionInputGradient(var shape, let dy, let w, let dx):
      esp_conv_input_gradient(&shape, table[dy], table[w], table[dx], 0)
    case .convolutionFilterGradient(var shape, let x, let dy, let dw):
      esp_conv_filter_gradient(&shape, table[x], table[dy], table[dw], 0)
    case .maxPool(var shape, let x, let y, let taps):
      esp_max_pool_forward(&shape, table[x], table[y], taps.flatMap { tapPointer($0) })
    case .poolScatter(var shape, let dy, let taps, let dx):
      esp_max_pool_backward(&shape, table[dy], tapPointer(taps), table[dx], 0)
    case .poolGather(let shape, let x, let taps, let y):
      gatherTaps(shape, table[x]!, tapPointer(taps)!, table[y]!)
    case .averagePool(var shape, let x, let y):
      esp_average_pool_forward(&shape, table[x], table[y])
    case .averagePoolGradient(var shape, let dy, let dx):
      esp_average_pool_backward(&shape, table[dy], table[dx], 0)
    case .copy(let geometry, let from, let to):
      let copy = copies[geometry]
      let refused = esp_copy(
        table[to]! + copy.offsetTo, copy.to, table[from]! + copy.offsetFrom, copy.from, copy.shape,
        Int32(copy.shape.count))
      if refused != 0 {
        throw PluginError("a tensor of \(copy.shape.count) axes cannot be moved: at most 16 can")
      }
    case .fill(let entry, let count, let value): esp_fill(table[entry], Int64(count), value)
    case .gather(let rows, let indices, let out, let count, let height, let width, let node):
      let bad = esp_gather(
        table[out], table[rows], table[indices], Int64(count), Int64(height), Int64(width))
      if bad >= 0 { throw indexError(table[indices]![Int(bad)], height, node) }
    case .scatterAdd(let indices, let values, let out, let count, let height, let width, let node):
      esp_fill(table[out], Int64(height * width), 0)
      let bad = esp_scatter_add(
        table[out], table[values], table[indices], Int64(count), Int64(height), Int64(width), 1)
      if bad >= 0 { throw indexError(table[indices]![Int(bad)], height, node) }
    case .reduce(.sum, let from, let to, let outer, let axis, let inner):
      esp_reduce_sum(table[to], table[from], Int64(outer), Int64(axis), Int64(inner), 1)
    case .reduce(.maximum, let from, let to, let outer, let axis, let inner):
      esp_reduce_max(table[to], table[from], Int64(outer), Int64(axis), Int64(inner))
    case .custom(let index): customs[index].run(table)
    }
  }

  /// Taps are 16-bit numbers at the place of their node.
  private func tapPointer(_ entry: Int) -> UnsafeMutablePointer<UInt16>? {
    UnsafeMutableRawPointer(table[entry])?.assumingMemoryBound(to: UInt16.self)
  }

  private func indexError(_ value: Float, _ rows: Int, _ node: Int) -> PluginError {
    let layer = plan.program.scopes[plan.program.nodes[node].scope]
    return PluginError(
      "index \(value) is not among the \(rows) rows of a table"
        + (layer.isEmpty ? "" : " in \(layer)"))
  }
}

extension Step {
  func withBlock(_ block: UnsafeMutablePointer<BlockContext>?) -> Step {
    switch self {
    case .gemm(let product, let a, let b, let c, _): .gemm(product, a: a, b: b, c: c, block: block)
    case .convolution(let shape, let x, let w, let y, _):
      .convolution(shape, x: x, w: w, y: y, block: block)
    default: self
    }
  }
}

/// The value of each window's tap: what only gradients of gradients need.
private func gatherTaps(
  _ shape: esp_pool, _ x: UnsafeMutablePointer<Float>, _ taps: UnsafeMutablePointer<UInt16>,
  _ y: UnsafeMutablePointer<Float>
) {
  var place = 0
  for n in 0..<shape.n {
    for row in 0..<shape.out_h {
      for column in 0..<shape.out_w {
        for c in 0..<shape.c {
          let tap = Int(taps[place])
          let inRow = row * shape.stride_h - shape.pad_top + tap / shape.kernel_w
          let inColumn = column * shape.stride_w - shape.pad_left + tap % shape.kernel_w
          y[place] = x[((n * shape.h + inRow) * shape.w + inColumn) * shape.c + c]
          place += 1
        }
      }
    }
  }
}
