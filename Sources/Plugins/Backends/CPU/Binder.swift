import EspalierKernels
import EspalierProtocols

/// Translates a plan's kernels to calls.
struct Binder {
  struct Pending {
    var step: Step
    var epilogue: (program: OpaquePointer, operands: Int)?
  }

  private let plan: Plan
  private let program: Program
  private(set) var steps: [Pending] = []
  /// What each table entry points at.
  private(set) var entries: [Place] = []
  private(set) var copies: [CopyGeometry] = []
  private(set) var customs: [CustomCall] = []
  private(set) var programs: [FusedProgram] = []

  init(_ plan: Plan) {
    self.plan = plan
    program = plan.program
  }

  /// A table entry for a place.
  mutating func entry(_ place: Place) -> Int {
    entries.append(place)
    return entries.count - 1
  }

  /// A table entry for a node's memory.
  mutating func entry(_ node: Int) throws -> Int {
    guard let place = plan.places[node] else {
      throw PluginError(
        "the plan has no place for node \(node), \(program.nodes[node].primitive.name)")
    }
    return entry(place)
  }

  private func shape(_ node: Int) -> Shape { program.nodes[node].shape }

  private func isShort(_ node: Int) -> Bool { plan.places[node]?.isShort ?? false }

  mutating func add(_ kernel: Kernel) throws {
    switch kernel {
    case .fused(let group): try add(group)
    case .product(let node, let group):
      let (fused, operands) = try bind(group, blocks: true)
      try add(primitive: node)
      steps[steps.count - 1].epilogue = (fused.handle, operands)
    case .maxPool(let node, let taps):
      let window = window(of: node)
      let x = program.nodes[node].inputs[0]
      append(
        .maxPool(
          window.pool(batch: shape(x)[0], channels: shape(x)[3]), x: try entry(x),
          y: try entry(node),
          taps: try entry(taps)))
    case .clear(let ranges):
      for range in ranges {
        append(.fill(entry(.arena(range.lowerBound)), count: range.count, value: 0))
      }
    case .copy(let node, let place):
      try appendCopy(
        from: node, shape(node).strides, to: entry(place), shape(node).strides, shape(node))
    case .primitive(let node): try add(primitive: node)
    }
  }

  private mutating func append(_ step: Step) { steps.append(Pending(step: step)) }

  private mutating func add(_ group: FusedGroup) throws {
    let (fused, operands) = try bind(group, blocks: false)
    append(.fused(fused.handle, operands: operands))
  }

  private mutating func bind(_ group: FusedGroup, blocks: Bool) throws -> (FusedProgram, Int) {
    let fused = try FusedProgram(group, program, places: plan.places, blocks: blocks)
    programs.append(fused)
    let first = entries.count
    for slot in fused.slots { _ = entry(plan.places[slot.source]!.advanced(by: slot.offset)) }
    return (fused, first)
  }

  private func window(of node: Int) -> Window {
    switch program.nodes[node].primitive {
    case .convolution(let w), .convolutionInputGradient(let w), .convolutionFilterGradient(let w),
      .maxPool(let w), .maxPoolTap(let w), .poolGather(let w), .poolScatter(let w),
      .averagePool(let w), .averagePoolGradient(let w):
      w
    default: preconditionFailure("no window")
    }
  }

  private mutating func add(primitive number: Int) throws {
    let node = program.nodes[number]
    let x = node.inputs
    switch node.primitive {
    case .input, .variable: break
    case .constant(let value): append(.fill(try entry(number), count: 1, value: value))
    case .unary, .binary, .select, .random, .index: try add(elementwise(number))
    case .reduce(let kind, let axes): try addReduction(number, kind, axes)
    case .matmul(let transposeA, let transposeB, let precision):
      try addProduct(number, transposeA, transposeB, precision)
    case .reshape, .stopGradient:
      try appendCopy(
        from: x[0], node.shape.strides, to: entry(number), node.shape.strides, node.shape)
    case .broadcast:
      let strides = zip(shape(x[0]).dimensions, shape(x[0]).strides).map { $0 == 1 ? 0 : $1 }
      try appendCopy(from: x[0], strides, to: entry(number), node.shape.strides, node.shape)
    case .permute(let order):
      try appendCopy(
        from: x[0], order.map { shape(x[0]).strides[$0] }, to: entry(number), node.shape.strides,
        node.shape)
    case .slice(let starts, let steps):
      let strides = shape(x[0]).strides
      try appendCopy(
        from: x[0], zip(strides, steps).map(*), to: entry(number), node.shape.strides, node.shape,
        offsetFrom: zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 })
    case .embed(let starts, let steps):
      let target = try entry(number)
      append(.fill(target, count: node.shape.count, value: 0))
      let strides = node.shape.strides
      try appendCopy(
        from: x[0], shape(x[0]).strides, to: target, zip(strides, steps).map(*), shape(x[0]),
        offsetTo: zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 })
    case .concatenate(let axis):
      let target = try entry(number)
      var start = 0
      for part in x {
        try appendCopy(
          from: part, shape(part).strides, to: target, node.shape.strides, shape(part),
          offsetTo: start * node.shape.strides[axis])
        start += shape(part)[axis]
      }
    case .pack(let offsets):
      let target = try entry(number)
      append(.fill(target, count: node.shape.count, value: 0))
      for (part, offset) in zip(x, offsets) {
        try appendCopy(
          from: part, shape(part).strides, to: target, shape(part).strides, shape(part),
          offsetTo: offset)
      }
    case .gather:
      let rows = shape(x[0])[0]
      append(
        .gather(
          table: try entry(x[0]), indices: try entry(x[1]), out: try entry(number),
          count: shape(x[1]).count, rows: rows, width: shape(x[0]).count / max(rows, 1),
          node: number))
    case .scatterAdd(let rows):
      append(
        .scatterAdd(
          indices: try entry(x[0]), values: try entry(x[1]), out: try entry(number),
          count: shape(x[0]).count, rows: rows, width: node.shape.count / max(rows, 1), node: number
        ))
    case .convolution(let w):
      let geometry = w.convolution(
        batch: shape(x[0])[0], channels: shape(x[0])[3], filters: node.shape[3],
        shortImages: isShort(x[0]))
      append(
        .convolution(
          geometry, x: try entry(x[0]), w: try entry(x[1]), y: try entry(number), block: nil))
    case .convolutionInputGradient(let w):
      let geometry = w.convolution(
        batch: node.shape[0], channels: node.shape[3], filters: shape(x[1])[3],
        shortUpstream: isShort(x[0]))
      append(
        .convolutionInputGradient(
          geometry, dy: try entry(x[0]), w: try entry(x[1]), dx: try entry(number)))
    case .convolutionFilterGradient(let w):
      let geometry = w.convolution(
        batch: shape(x[0])[0], channels: shape(x[0])[3], filters: node.shape[3],
        shortImages: isShort(x[0]), shortUpstream: isShort(x[1]))
      append(
        .convolutionFilterGradient(
          geometry, x: try entry(x[0]), dy: try entry(x[1]), dw: try entry(number)))
    case .maxPool, .maxPoolTap, .poolScatter, .poolGather, .averagePool, .averagePoolGradient:
      try addPool(number)
    case .custom(let custom):
      customs.append(
        CustomCall(
          operation: custom.operation, inputs: try x.map { (try entry($0), shape($0).count) },
          shapes: x.map(shape), output: try entry(number), count: node.shape.count))
      append(.custom(customs.count - 1))
    }
  }

  /// A single element-wise node as a group of its own.
  private func elementwise(_ number: Int) -> FusedGroup {
    let node = program.nodes[number]
    let count = node.shape.count
    var group = FusedGroup(
      space: [1, 1, count], nodes: [number],
      reads: Set(node.inputs).filter { program.constant($0) == nil }.sorted().map {
        .init(value: $0, source: $0, offset: 0, strides: [0, 0, 1])
      },
      writes: [.init(value: number, source: number, offset: 0, strides: [0, 0, 1])])
    switch node.primitive {
    case .random: group.numbering[number] = [0, 0, 1]
    case .index(let axis):
      let inner = node.shape.strides[axis]
      let extent = node.shape[axis]
      group.space = [count / max(inner * extent, 1), extent, inner]
      group.writes[0].strides = [extent * inner, inner, 1]
      group.counted[number] = 1
    default: break
    }
    return group
  }

  private mutating func addReduction(_ number: Int, _ kind: Reduction, _ axes: [Int]) throws {
    let x = program.nodes[number].inputs[0]
    let shape = shape(x)
    let (first, last) = (axes.min()!, axes.max()!)
    append(
      .reduce(
        kind, from: try entry(x), to: try entry(number),
        outer: shape.dimensions[..<first].reduce(1, *),
        axis: shape.dimensions[first...last].reduce(1, *),
        inner: shape.dimensions[(last + 1)...].reduce(1, *)))
  }

  private mutating func addProduct(
    _ number: Int, _ transposeA: Bool, _ transposeB: Bool, _ precision: ProductPrecision
  ) throws {
    let node = program.nodes[number]
    let (a, b) = (shape(node.inputs[0]), shape(node.inputs[1]))
    let rows = node.shape[-2]
    let columns = node.shape[-1]
    let inner = a[transposeA ? -2 : -1]
    var product = esp_gemm()
    (product.m, product.n, product.k) = (rows, columns, inner)
    (product.lda, product.ldb, product.ldc) = (a.last, b.last, columns)
    product.transpose_a = transposeA ? 1 : 0
    product.transpose_b = transposeB ? 1 : 0
    product.precision = precision.code
    product.a_is_short = isShort(node.inputs[0]) ? 1 : 0
    product.b_is_short = isShort(node.inputs[1]) ? 1 : 0
    product.batch = node.shape.dimensions.dropLast(2).reduce(1, *)
    (product.stride_a, product.stride_b, product.stride_c) = (
      rows * inner, inner * columns, rows * columns
    )
    append(
      .gemm(
        product, a: try entry(node.inputs[0]), b: try entry(node.inputs[1]), c: try entry(number),
        block: nil))
  }

  private mutating func addPool(_ number: Int) throws {
    let node = program.nodes[number]
    let x = node.inputs
    let window = window(of: number)
    switch node.primitive {
    case .maxPool:
      let pool = window.pool(batch: shape(x[0])[0], channels: shape(x[0])[3])
      append(.maxPool(pool, x: try entry(x[0]), y: try entry(number), taps: nil))
    case .poolScatter:
      let pool = window.pool(batch: node.shape[0], channels: node.shape[3])
      append(.poolScatter(pool, dy: try entry(x[0]), taps: try entry(x[1]), dx: try entry(number)))
    case .poolGather:
      let pool = window.pool(batch: shape(x[0])[0], channels: shape(x[0])[3])
      append(.poolGather(pool, x: try entry(x[0]), taps: try entry(x[1]), y: try entry(number)))
    case .averagePool:
      let pool = window.pool(batch: shape(x[0])[0], channels: shape(x[0])[3])
      append(.averagePool(pool, x: try entry(x[0]), y: try entry(number)))
    case .averagePoolGradient:
      let pool = window.pool(batch: node.shape[0], channels: node.shape[3])
      append(.averagePoolGradient(pool, dy: try entry(x[0]), dx: try entry(number)))
    default: throw PluginError("the taps of a pool are computed with the pool")
    }
  }

  private mutating func appendCopy(
    from node: Int, _ fromStrides: [Int], to target: Int, _ toStrides: [Int], _ shape: Shape,
    offsetFrom: Int = 0, offsetTo: Int = 0
  ) throws {
    var geometry = CopyGeometry(
      shape: shape.dimensions.map { Int64($0) }, from: fromStrides.map { Int64($0) },
      to: toStrides.map { Int64($0) })
    (geometry.offsetFrom, geometry.offsetTo) = (offsetFrom, offsetTo)
    if isShort(node) { geometry = geometry.inPairs }
    copies.append(geometry)
    append(.copy(geometry: copies.count - 1, from: try entry(node), to: target))
  }
}
