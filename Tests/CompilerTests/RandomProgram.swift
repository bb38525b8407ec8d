import EspalierConformance
import EspalierProtocols

/// A program drawn from a seed, with what it is run on.
struct RandomProgram {
  let program: Program
  let inputs: [[Float]]
  /// Values of the variables that lie in no flat one, and of members.
  let values: [Int: [Float]]

  init(seed: UInt64) throws {
    var maker = ProgramMaker(seed: seed)
    try maker.make()
    program = try maker.recorder.finish()
    inputs = program.inputs.map { maker.inputs[$0.name]! }
    values = maker.values
  }
}

/// Records one operation after another on tensors that it picks among those recorded so far.
struct ProgramMaker {
  let table = VariableTable()
  let recorder: Recorder
  var random: CounterRandom
  var pool: [Tensor] = []
  var inputs: [String: [Float]] = [:]
  var values: [Int: [Float]] = [:]
  private var variables: [Variable] = []
  private var members: [Int] = []

  init(seed: UInt64) {
    random = CounterRandom(seed: seed, stream: 7)
    recorder = Recorder(variables: table)
  }

  mutating func make() throws {
    guard chance(35) else { return try record() }
    // Some layers of a program read 16 bits.
    let precisions: [ProductPrecision?] = [.bfloat16, .bfloat16, .bfloat16, nil]
    let salt = below(4)
    var products = 0
    try recorder.reading({ _ in
      products += 1
      return precisions[(products + salt) % 4]
    }) { try record() }
  }

  private mutating func record() throws {
    for _ in 0...below(3) { pool.append(input(shape())) }
    if chance(40) { pool.append(input([below(2) + 1, below(3) + 1, below(5) + 3, below(4) + 3])) }
    try declareVariables()
    for _ in 0..<below(14) + 1 {
      let made = step()
      for tensor in made where tensor.shape.count <= 4000 { pool.append(tensor) }
    }
    try update()
    for number in 0...below(4) { recorder.output("o\(number)", pick()) }
    if chance(80) { recorder.output("last", pool[pool.count - 1]) }
  }

  // MARK: Choice

  mutating func below(_ count: Int) -> Int { random.integer(below: count) }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  mutating func oneOf<T>(_ list: [T]) -> T { list[below(list.count)] }

  /// The latest tensors are picked more often, so that chains become long.
  mutating func pick() -> Tensor {
    chance(50) ? pool[Swift.max(0, pool.count - 1 - below(3))] : oneOf(pool)
  }

  private mutating func pick(where fits: (Tensor) -> Bool) -> Tensor? {
    let list = pool.filter(fits)
    return list.isEmpty ? nil : oneOf(list)
  }

  mutating func shape() -> Shape {
    Shape((0..<below(5)).map { _ in oneOf([1, 2, 3, 4, 5, 7]) })
  }

  mutating func numbers(_ count: Int) -> [Float] {
    (0..<count).map { _ in random.normal() }
  }

  mutating func input(_ shape: Shape) -> Tensor {
    let name = "i\(inputs.count)"
    inputs[name] = numbers(shape.count)
    return recorder.input(name, shape)
  }

  mutating func classes(_ shape: Shape, _ count: Int) -> Tensor {
    let name = "i\(inputs.count)"
    inputs[name] = (0..<shape.count).map { _ in Float(below(count)) }
    return recorder.input(name, shape)
  }

  // MARK: Variables

  private mutating func declare(_ shape: Shape) throws -> Variable {
    let made = try table.declare(
      "v\(table.variables.count)", shape, role: .weight, initial: .constant(0))
    values[made.id] = numbers(shape.count)
    return made
  }

  private mutating func declareVariables() throws {
    for _ in 0..<below(3) {
      let shape = chance(50) ? oneOf(pool).shape : shape()
      for _ in 0...below(3) { variables.append(try declare(shape)) }
    }
    if chance(40) {
      for _ in 0...below(3) { members.append(try declare(shape()).id) }
    }
    for variable in variables where chance(80) { pool.append(recorder.value(of: variable)) }
    for member in members { pool.append(recorder.value(of: table.variables[member])) }
  }

  private mutating func update() throws {
    for variable in variables where chance(75) {
      let old = recorder.value(of: variable)
      let like = pick { $0.shape == variable.shape } ?? old
      let others = variables.filter { $0.shape == variable.shape }
      let value: Tensor
      switch below(5) {
      case 0: value = recorder.value(of: oneOf(others))
      case 1: value = like
      case 2: value = old * 0.75 + like * 0.5
      case 3: value = recorder.value(of: oneOf(others)) * 0.5 - recorder.value(of: oneOf(others))
      default: value = old * 0.875 - gradient(of: pick(), [old])[0] * 0.25
      }
      recorder.assign(variable, value)
    }
    if !members.isEmpty { try updateFlat() }
  }

  /// As in a training step: gradients packed, moments and parameters updated as flat runs.
  private mutating func updateFlat() throws {
    let learned = members.map { recorder.value(of: table.variables[$0]) }
    let gradients = gradient(of: pick(), learned)
    let (flat, offsets) = try table.flatten(members, name: "flat")
    let packed = Tensor.pack(gradients, offsets: offsets, count: flat.shape.count)
    let moment = try declare(flat.shape)
    let average = recorder.value(of: moment) * 0.875 + packed * 0.125
    if chance(80) { recorder.assign(moment, average) }
    let rate = chance(50) ? input([]) * 0.125 : recorder.constant(0.25)
    recorder.assign(flat, recorder.value(of: flat) * 0.9375 - rate * average)
    if chance(30) { recorder.output("packed", packed) }
  }

  mutating func gradient(of tensor: Tensor, _ targets: [Tensor]) -> [Tensor] {
    let loss = chance(50) ? sin(tensor).sum() : square(tensor).mean()
    return loss.gradients(for: targets)
  }

  // MARK: Operations

  private mutating func step() -> [Tensor] {
    let x = pick()
    switch below(26) {
    case 0...4: return [unary(x)]
    case 5...8: return [binary(x)]
    case 9, 10: return [reduction(x)]
    case 11...14: return [movement(x)]
    case 15, 16: return [product(x)]
    case 17, 18: return image()
    case 19: return [table(x)]
    case 20: return [made(x)]
    case 21: return [chosen(x)]
    case 22 where x.rank > 0:
      return [oneOf([x.softmax(), x.logSoftmax(), x.logSumExp()])]
    case 23: return [number()]
    case 24, 25: return gradient(of: x, [pick(), pick()])
    default: return [x.withoutGradient()]
    }
  }

  mutating func unary(_ x: Tensor) -> Tensor {
    switch below(14) {
    case 0: tanh(x)
    case 1: sigmoid(x)
    case 2: sin(x)
    case 3: cos(x)
    case 4: erf(x)
    case 5: abs(x)
    case 6: softplus(x)
    case 7: exp(-abs(x))
    case 8: log1p(square(x))
    case 9: sqrt(square(x) + 0.3)
    case 10: 1 / (abs(x) + 1.5)
    case 11: maximum(x, 0.0137)
    case 12: -x
    default: expm1(tanh(x)) * isFinite(x)
    }
  }

  mutating func binary(_ x: Tensor) -> Tensor {
    let y = pick {
      guard let shape = Shape.broadcast($0.shape, x.shape) else { return false }
      return shape.count <= 4000
    }!
    switch below(9) {
    case 0, 1: return x + y
    case 2: return x - y
    case 3, 4: return tanh(x) * y
    case 5: return x / (abs(y) + 1.3)
    case 6: return maximum(x, y * 0.7713)
    case 7: return minimum(x * 1.1317, y)
    default: return (x .> y * 0.83 + 0.0171) * x
    }
  }

  mutating func axes(_ x: Tensor) -> [Int] { (0..<x.rank).filter { _ in chance(50) } }

  mutating func reduction(_ x: Tensor) -> Tensor {
    let axes = axes(x)
    let keeping = chance(60)
    switch below(4) {
    case 0: return x.sum(axes, keepingAxes: keeping)
    case 1: return x.mean(axes, keepingAxes: keeping)
    case 2: return x.max(axes, keepingAxes: keeping)
    default: return x.variance(axes, keepingAxes: keeping)
    }
  }

  mutating func shuffled(_ count: Int) -> [Int] { random.permutation(count) }

  mutating func movement(_ x: Tensor) -> Tensor {
    let extents = x.shape.dimensions
    switch below(8) {
    case 0: return x.reshaped(to: [x.shape.count])
    case 1:
      guard x.rank > 1 else { return x.reshaped(to: Shape([1] + extents)) }
      let axis = below(x.rank - 1)
      return x.reshaped(
        to: Shape(extents[..<axis] + [extents[axis] * extents[axis + 1]] + extents[(axis + 2)...]))
    case 2: return x.permuted(shuffled(x.rank))
    case 3:
      var (starts, sizes, steps) = ([Int](), [Int](), [Int]())
      for extent in extents {
        let start = below(extent)
        let step = below(2) + 1
        starts.append(start)
        steps.append(step)
        sizes.append(below((extent - start - 1) / step + 1) + 1)
      }
      return x.slice(starts: starts, sizes: sizes, steps: steps)
    case 4: return x.padded(extents.map { _ in (below(2), below(3)) })
    case 5:
      guard x.rank > 0 else { return x.broadcast(to: [3]) }
      let y = pick { $0.shape == x.shape }!
      return Tensor.concatenate([x, y, x * 0.5].dropLast(below(2)), axis: below(x.rank))
    case 6 where x.rank > 0: return pieces(x, axis: below(x.rank))
    default: return x.broadcast(to: Shape([2] + extents))
    }
  }

  /// Cut into steps that are worked on apart, as a recurrent layer does, and put together again.
  mutating func pieces(_ x: Tensor, axis: Int) -> Tensor {
    var parts: [Tensor] = []
    var start = 0
    while start < x.shape[axis] {
      let size = below(Swift.min(x.shape[axis] - start, 3)) + 1
      let part = x.slice(axis: axis, start..<start + size)
      parts.append(chance(70) ? tanh(part) * 0.9 : part)
      start += size
    }
    if chance(30) { parts.append(parts[0]) }
    if chance(20), let last = parts.last { parts.append(last * 0.5) }
    return Tensor.concatenate(parts, axis: axis)
  }

  mutating func product(_ x: Tensor) -> Tensor {
    let a = x.rank >= 2 ? x : x.reshaped(to: [1, x.shape.count])
    let (flipA, flipB) = (chance(50), chance(50))
    let inner = a.shape[flipA ? -2 : -1]
    let fits = pick {
      $0.rank >= 2 && $0.shape[flipB ? -1 : -2] == inner
        && Shape.broadcast(
          Shape(Array($0.shape.dimensions.dropLast(2))),
          Shape(Array(a.shape.dimensions.dropLast(2))))
          != nil
    }
    let columns = chance(50) ? inner : below(6) + 1
    let b = fits ?? input(flipB ? [columns, inner] : [inner, columns])
    let y = matmul(a, b, transposeA: flipA, transposeB: flipB) * 0.5
    return chance(40) && y.shape == a.shape ? maximum(y, 0.0119) + a : y
  }

  mutating func image() -> [Tensor] {
    let x = pick { $0.rank == 4 && $0.shape[2] > 1 && $0.shape[3] > 1 } ?? input([2, 2, 5, 4])
    let (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3])
    let kernel = [below(Swift.min(height, 3)) + 1, below(Swift.min(width, 3)) + 1]
    let stride = [below(2) + 1, below(2) + 1]
    let pads = [kernel[0] / 2, below(kernel[0]), kernel[1] / 2, below(kernel[1])]
    let window = Window(
      height: height, width: width, kernel: kernel, stride: stride, padding: pads,
      countsPadding: chance(50))
    switch below(4) {
    case 0: return [x.maxPooled(window)]
    case 1: return [x.averagePooled(window)]
    default:
      let groups = channels % 2 == 0 && chance(30) ? 2 : 1
      let filters = chance(40) ? channels : groups * (below(2) + 1)
      let w = input(Shape([filters, channels / groups] + kernel))
      let dilation = kernel[0] * 2 - 1 <= height && chance(30) ? [2, 1] : [1, 1]
      let y = x.convolved(
        with: w * 0.5, stride: stride, padding: pads, dilation: dilation, groups: groups)
      if y.shape == x.shape, chance(50) { return [maximum(y, 0.0113) + x] }
      if chance(25) {
        let back = tanh(y).transposedConvolved(
          with: w * 0.5, to: [height, width], stride: stride, padding: pads, dilation: dilation,
          groups: groups)
        return [y, back]
      }
      return [y]
    }
  }

  mutating func table(_ x: Tensor) -> Tensor {
    guard x.rank > 0 else { return x * 2 }
    let indices: Shape = chance(50) ? [below(4) + 1] : [2, 3]
    if chance(30) { return classes(indices, 4).oneHot(4) }
    return x.gather(classes(indices, x.shape[0]))
  }

  mutating func made(_ x: Tensor) -> Tensor {
    switch below(5) {
    case 0: x + x.random(.normal)
    case 1: x * (x.random(.uniform) .>= 0.4) / 0.6
    case 2: x.rank > 0 ? x.indices(along: below(x.rank)) * 0.3 + x : x
    case 3: x.filled(with: 0.7) * (chance(50) ? x : x.filled(with: 3))
    default: recorder.constant(numbers(x.shape.count), x.shape)
    }
  }

  mutating func chosen(_ x: Tensor) -> Tensor {
    let y = pick { $0.shape == x.shape }!
    let z = pick { $0.shape == x.shape }!
    return select(x .> 0.0231, chance(30) ? y.filled(with: 0.5) : y, sin(z))
  }

  /// Numbers made of numbers, as rates and corrections are.
  mutating func number() -> Tensor {
    let x = pick { $0.shape.count == 1 } ?? input([])
    let y = pick { $0.shape.count == 1 } ?? recorder.constant(0.5)
    return tanh(x * 0.9 + y) / (square(x) + 1)
  }
}
