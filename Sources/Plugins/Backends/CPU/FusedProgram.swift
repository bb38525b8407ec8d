import EspalierKernels
import EspalierProtocols

/// A fused group as a tile program of the C kernels.
///
/// Operands are slots; accesses of the same elements share one, which is how a value is updated in place.
final class FusedProgram {
  let handle: OpaquePointer
  /// Where each slot's memory begins.
  let slots: [(source: Int, offset: Int)]

  init(_ group: FusedGroup, _ program: Program, places: [Place?], blocks: Bool) throws {
    var lowering = Lowering(group, program, places)
    try lowering.lower()
    slots = lowering.slots.map { ($0.source, $0.offset) }
    handle = try lowering.prepare(blocks: blocks)
  }

  deinit { esp_fused_free(handle) }
}

/// Translates nodes to instructions.
struct Lowering {
  struct Slot {
    var source: Int
    var offset: Int
    var place: Place
    var strides: [Int]
  }

  private let group: FusedGroup
  private let program: Program
  private let places: [Place?]
  private(set) var slots: [Slot] = []
  private var instructions: [esp_instruction] = []
  private var indices: [esp_random_index] = []
  /// The register that holds a node's value.
  private var registers: [Int: UInt16] = [:]
  private var registerCount: UInt16 = 0

  init(_ group: FusedGroup, _ program: Program, _ places: [Place?]) {
    self.group = group
    self.program = program
    self.places = places
  }

  mutating func lower() throws {
    for read in group.reads {
      let slot = try slot(read)
      let register = newRegister()
      emit(isShort(read) ? ESP_LOAD_BFLOAT16 : ESP_LOAD, out: register, extra: slot)
      registers[read.value] = register
    }
    for node in group.nodes { try lower(node) }
    for write in group.writes {
      let extent = group.reductions[write.value]
      guard extent == nil || extent == .row else { continue }
      let slot = try slot(write)
      emit(
        isShort(write) ? ESP_STORE_BFLOAT16 : ESP_STORE, a: registers[write.value]!, extra: slot)
    }
  }

  /// The slot of an access; two that touch the same elements alike are one.
  private mutating func slot(_ access: FusedGroup.Access) throws -> UInt32 {
    guard let place = places[access.source] else {
      throw PluginError("a fused group reads node \(access.source), which lies nowhere")
    }
    if let known = slots.firstIndex(where: {
      $0.place == place && $0.offset == access.offset && $0.strides == access.strides
    }) {
      return UInt32(known)
    }
    slots.append(
      Slot(source: access.source, offset: access.offset, place: place, strides: access.strides))
    return UInt32(slots.count - 1)
  }

  private func isShort(_ access: FusedGroup.Access) -> Bool {
    places[access.source]?.isShort ?? false
  }

  /// Whether a value is needed nowhere but in memory of 16 bits, where it is rounded on its way.
  private func isRoundedByStore(_ number: Int) -> Bool {
    places[number]?.isShort ?? false
      && group.writes.contains { $0.value == number }
      && !group.nodes.contains { node in
        program.nodes[node].inputs.contains { $0 == number || group.aliases[$0] == number }
      }
  }

  private mutating func newRegister() -> UInt16 {
    registerCount += 1
    return registerCount - 1
  }

  private mutating func emit(
    _ operation: esp_op, out: UInt16 = 0, a: UInt16 = 0, b: UInt16 = 0, c: UInt16 = 0,
    immediates: [Float] = [], extra: UInt32 = 0
  ) {
    instructions.append(
      esp_instruction(
        op: UInt16(operation.rawValue), out: out, a: a, b: b, c: c,
        immediate: immediates.first ?? 0, immediate_2: immediates.count > 1 ? immediates[1] : 0,
        extra: extra))
  }

  private func constant(_ node: Int) -> Float? { program.constant(node) }

  /// Registers of operands; constants become immediates, two at most, and registers beyond that.
  private mutating func operands(_ inputs: [Int]) throws -> (
    registers: [UInt16], immediates: [Float]
  ) {
    var immediates: [Float] = []
    var result: [UInt16] = []
    for input in inputs {
      if let value = constant(input) {
        if let known = immediates.firstIndex(where: { $0.bitPattern == value.bitPattern }) {
          result.append(known == 0 ? immediate : secondImmediate)
        } else if immediates.count < 2 {
          immediates.append(value)
          result.append(immediates.count == 1 ? immediate : secondImmediate)
        } else {
          // select(c, a, b) of three constants: rare enough for an addition of zero.
          let register = newRegister()
          emit(ESP_ADD, out: register, a: immediate, b: secondImmediate, immediates: [value, 0])
          result.append(register)
        }
        continue
      }
      guard let register = registers[input] ?? group.aliases[input].flatMap({ registers[$0] })
      else {
        throw PluginError("a fused group uses node \(input) before it is computed")
      }
      result.append(register)
    }
    return (result, immediates)
  }

  private let immediate = UInt16(ESP_IMMEDIATE)
  private let secondImmediate = UInt16(ESP_IMMEDIATE_2)

  private mutating func lower(_ number: Int) throws {
    let node = program.nodes[number]
    switch node.primitive {
    case .unary(.bfloat16) where isRoundedByStore(number) && constant(node.inputs[0]) == nil:
      registers[number] = try operands(node.inputs).registers[0]
    case .unary(let function):
      let (x, immediates) = try operands(node.inputs)
      define(number, operation(function), x, immediates)
    case .binary(let function):
      let (x, immediates) = try operands(node.inputs)
      define(number, operation(function), x, immediates)
    case .select:
      let (x, immediates) = try operands(node.inputs)
      define(number, ESP_SELECT, [x[1], x[2], x[0]], immediates)
    case .index:
      let register = newRegister()
      emit(ESP_INDEX, out: register, extra: UInt32(group.counted[number]!))
      registers[number] = register
    case .random, .permute: try lowerRandom(number)
    case .reduce(let kind, _): try lowerReduction(number, kind)
    default:
      throw PluginError("\(node.primitive.name) cannot be part of a fused group")
    }
  }

  private mutating func define(
    _ node: Int, _ operation: esp_op, _ x: [UInt16], _ immediates: [Float]
  ) {
    let register = newRegister()
    emit(
      operation, out: register, a: x[0], b: x.count > 1 ? x[1] : 0, c: x.count > 2 ? x[2] : 0,
      immediates: immediates)
    registers[node] = register
  }

  private mutating func lowerRandom(_ number: Int) throws {
    var random = program.nodes[number]
    if case .permute = random.primitive { random = program.nodes[random.inputs[0]] }
    guard case .random(let distribution, let stream) = random.primitive else {
      throw PluginError("a permutation cannot be part of a fused group")
    }
    let strides = group.numbering[number]!
    indices.append(
      esp_random_index(
        r0: Int64(strides[0]), r1: Int64(strides[1]), r2: Int64(strides[2]), stream: stream))
    let register = newRegister()
    emit(
      distribution == .uniform ? ESP_UNIFORM : ESP_NORMAL, out: register,
      extra: UInt32(indices.count - 1))
    registers[number] = register
  }

  private mutating func lowerReduction(_ number: Int, _ kind: Reduction) throws {
    let (x, immediates) = try operands(program.nodes[number].inputs)
    var input = x[0]
    if input == immediate {
      input = newRegister()
      emit(ESP_ADD, out: input, a: immediate, b: secondImmediate, immediates: [immediates[0], 0])
    }
    if group.reductions[number] == .row {
      let register = newRegister()
      emit(kind == .sum ? ESP_ROW_SUM : ESP_ROW_MAX, out: register, a: input)
      registers[number] = register
      return
    }
    guard let write = group.writes.first(where: { $0.value == number }) else { return }
    let slot = try slot(write)
    let operation =
      switch (group.reductions[number]!, kind) {
      case (.column, _): ESP_COLUMN_SUM
      case (.rows, _): ESP_SUM_ROWS
      case (_, .sum): ESP_SUM_ALL
      case (_, .maximum): ESP_MAX_ALL
      }
    emit(operation, a: input, immediates: [1, 0], extra: slot)
  }

  func prepare(blocks: Bool) throws -> OpaquePointer {
    let operands = slots.map {
      esp_operand(s0: Int64($0.strides[0]), s1: Int64($0.strides[1]), s2: Int64($0.strides[2]))
    }
    var handle: OpaquePointer?
    let status = instructions.withUnsafeBufferPointer { instructions in
      operands.withUnsafeBufferPointer { operands in
        indices.withUnsafeBufferPointer { indices in
          var description = esp_fused_description(
            d0: Int64(group.space[0]), d1: Int64(group.space[1]), d2: Int64(group.space[2]),
            instructions: instructions.baseAddress, operands: operands.baseAddress,
            indices: indices.baseAddress, instruction_count: Int32(instructions.count),
            operand_count: Int32(operands.count), index_count: Int32(indices.count),
            register_count: Int32(registerCount), flags: blocks ? UInt32(ESP_FUSED_BLOCKS) : 0)
          return esp_fused_prepare(&description, &handle)
        }
      }
    }
    guard status == 0, let handle else {
      throw PluginError("a fused group was refused: \(String(cString: esp_fused_error(status)))")
    }
    return handle
  }
}

private func operation(_ function: Unary) -> esp_op {
  switch function {
  case .negate: ESP_NEG
  case .absolute: ESP_ABS
  case .sign: ESP_SIGN
  case .exp: ESP_EXP
  case .expm1: ESP_EXPM1
  case .log: ESP_LOG
  case .log1p: ESP_LOG1P
  case .sqrt: ESP_SQRT
  case .reciprocal: ESP_RECIPROCAL
  case .tanh: ESP_TANH
  case .sigmoid: ESP_SIGMOID
  case .erf: ESP_ERF
  case .sin: ESP_SIN
  case .cos: ESP_COS
  case .floor: ESP_FLOOR
  case .isFinite: ESP_IS_FINITE
  case .bfloat16: ESP_BFLOAT16
  }
}

private func operation(_ function: Binary) -> esp_op {
  switch function {
  case .add: ESP_ADD
  case .subtract: ESP_SUB
  case .multiply: ESP_MUL
  case .divide: ESP_DIV
  case .maximum: ESP_MAX
  case .minimum: ESP_MIN
  case .power: ESP_POW
  case .greater: ESP_GT
  case .greaterOrEqual: ESP_GE
  case .less: ESP_LT
  case .lessOrEqual: ESP_LE
  case .equal: ESP_EQ
  case .notEqual: ESP_NE
  }
}
