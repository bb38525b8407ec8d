import EspalierFormats
import EspalierProtocols

/// Reshaping, reordering, cutting and joining.
extension GraphTranslation {
  mutating func reshape(_ number: Int) -> Value {
    let input = batch.program.nodes[number].inputs[0]
    let (from, to) = (batch.shapes[input], batch.shapes[number])
    let x = value(input)
    func trimmed(_ shape: [BatchExtent]) -> [BatchExtent] { Array(shape.drop { $0 == .one }) }
    // Axes of one in front need no operator, and a single number is the same in every shape.
    let isSame = trimmed(from) == trimmed(to) || x.shape.allSatisfy { $0 == .one }
    if isSame, x.shape.count <= to.count { return x }
    let whole = whole(input)
    return Value(name: reshaped(whole.name, to: to, in: scope(number)), shape: to)
  }

  mutating func permute(_ number: Int, _ order: [Int]) -> Value {
    let input = batch.program.nodes[number].inputs[0]
    if value(input).shape.isEmpty { return value(input) }
    let x = aligned(input)
    return Value(
      name: builder.permuted(x.name, order, in: scope(number)), shape: order.map { x.shape[$0] })
  }

  mutating func slice(_ number: Int, _ steps: [Int]) throws -> Value {
    let input = batch.program.nodes[number].inputs[0]
    if value(input).shape.isEmpty { return value(input) }
    let x = aligned(input)
    let (from, to) = (batch.shapes[input], batch.shapes[number])
    let starts = batch.starts[number]!
    var (axes, first, end): ([Int], [BatchExtent], [BatchExtent]) = ([], [], [])
    var shape = x.shape
    // A stretched axis is the same everywhere: its part is stretched too.
    for axis in to.indices where to[axis] != from[axis] && x.shape[axis] == from[axis] {
      guard to[axis].isFixed || steps[axis] == 1 else {
        throw failure(number, "it takes samples of a batch in steps, which ONNX cannot express")
      }
      axes.append(axis)
      first.append(starts[axis])
      end.append(
        to[axis].isFixed
          ? starts[axis] + BatchExtent((to[axis].fixed - 1) * steps[axis] + 1)
          : starts[axis] + to[axis])
      shape[axis] = to[axis]
    }
    guard !axes.isEmpty else { return x }
    let scope = scope(number)
    let inputs = [
      x.name, extents(first, in: scope), extents(end, in: scope), builder.integers(axes),
      builder.integers(axes.map { steps[$0] }),
    ]
    return Value(name: builder.add("Slice", inputs, in: scope), shape: shape)
  }

  mutating func embed(_ number: Int, _ steps: [Int]) throws -> Value {
    let input = batch.program.nodes[number].inputs[0]
    let (from, to) = (batch.shapes[input], batch.shapes[number])
    let starts = batch.starts[number]!
    let padded = Set(to.indices.filter { to[$0] != from[$0] })
    let x = whole(input, axes: padded)
    var (before, after): ([Int], [Int]) = ([], [])
    for axis in to.indices {
      let rest = BatchExtent(
        to[axis].fixed - from[axis].fixed - starts[axis].fixed,
        perSample: to[axis].perSample - from[axis].perSample - starts[axis].perSample)
      guard steps[axis] == 1 || !padded.contains(axis), starts[axis].isFixed, rest.isFixed else {
        throw failure(number, "it spreads values apart, which ONNX cannot express")
      }
      before.append(padded.contains(axis) ? starts[axis].fixed : 0)
      after.append(padded.contains(axis) ? rest.fixed : 0)
    }
    let shape = to.indices.map { padded.contains($0) ? to[$0] : x.shape[$0] }
    return Value(
      name: builder.add("Pad", [x.name, builder.integers(before + after)], in: scope(number)),
      shape: shape)
  }

  mutating func gather(_ number: Int) -> Value {
    let node = batch.program.nodes[number]
    let scope = scope(number)
    let table = whole(node.inputs[0])
    let indices = whole(node.inputs[1])
    let rows: String
    // Numbers that are known need no conversion when the model runs.
    if let fixed = builder.array(indices.name), case .floats(let values) = fixed.values,
      fixed.shape.count == 1
    {
      rows = builder.integers(values.map { Int($0) })
    } else {
      rows = builder.add(
        "Cast", [indices.name], ["to": .integer(ONNXType.int64.rawValue)], in: scope)
    }
    return Value(
      name: builder.add("Gather", [table.name, rows], ["axis": .integer(0)], in: scope),
      shape: batch.shapes[number])
  }
}
