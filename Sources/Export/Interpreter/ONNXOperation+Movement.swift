import EspalierFormats
import EspalierProtocols

/// Operators that move elements.
extension ONNXOperation {
  func movement() throws(ExportFailure) -> ONNXValue? {
    switch node.kind {
    case "Shape":
      let shape = try operand(0).shape
      return ONNXValue([shape.count], shape.map { Double($0) }, .int64)
    case "Reshape": return try reshape()
    case "Transpose": return try transpose()
    case "Expand": return try expand()
    case "Slice": return try slice()
    case "Pad": return try pad()
    case "Concat": return try concatenate()
    case "Gather": return try gather()
    default: return nil
    }
  }

  private func reshape() throws(ExportFailure) -> ONNXValue {
    var x = try operand(0)
    var shape = try operand(1).integers()
    if let free = shape.firstIndex(of: -1) {
      shape[free] = 1
      let rest = shape.reduce(1, *)
      shape[free] = rest == 0 ? 0 : x.count / rest
    }
    guard shape.allSatisfy({ $0 >= 0 }), shape.reduce(1, *) == x.count else {
      throw ExportFailure("\(Shape(x.shape)) cannot become \(Shape(shape))")
    }
    x.shape = shape
    return x
  }

  private func transpose() throws(ExportFailure) -> ONNXValue {
    let x = try operand(0)
    let order = integers("perm", x.shape.indices.reversed())
    guard order.sorted() == Array(x.shape.indices) else {
      throw ExportFailure("\(order) is no order of the axes of \(Shape(x.shape))")
    }
    let shape = order.map { x.shape[$0] }
    return ONNXValue(shape, x.walked(shape, order.map { x.strides[$0] }), x.type)
  }

  private func expand() throws(ExportFailure) -> ONNXValue {
    let x = try operand(0)
    let wanted = try operand(1).integers()
    guard let shape = Shape.broadcast(Shape(x.shape), Shape(wanted))?.dimensions else {
      throw ExportFailure("\(Shape(x.shape)) does not stretch to \(Shape(wanted))")
    }
    return ONNXValue(shape, x.walked(shape, try x.strides(stretchedTo: shape)), x.type)
  }

  private func slice() throws(ExportFailure) -> ONNXValue {
    let x = try operand(0)
    let (starts, ends) = (try operand(1).integers(), try operand(2).integers())
    let axes = try operand(ifPresent: 3)?.integers() ?? Array(starts.indices)
    let steps = try operand(ifPresent: 4)?.integers() ?? starts.map { _ in 1 }
    guard [ends, axes, steps].allSatisfy({ $0.count == starts.count }) else {
      throw ExportFailure("a slice has \(starts.count) starts and other numbers of ends or steps")
    }
    var (shape, strides, place) = (x.shape, x.strides, 0)
    for number in starts.indices {
      let axis = try axis(axes[number], of: x)
      guard steps[number] > 0, starts[number] >= 0, ends[number] >= 0 else {
        throw ExportFailure("a slice that counts from the end is not known")
      }
      let start = min(starts[number], x.shape[axis])
      let end = min(ends[number], x.shape[axis])
      shape[axis] = end > start ? (end - start - 1) / steps[number] + 1 : 0
      place += start * x.strides[axis]
      strides[axis] *= steps[number]
    }
    return ONNXValue(shape, x.walked(shape, from: place, strides), x.type)
  }

  private func pad() throws(ExportFailure) -> ONNXValue {
    let x = try operand(0)
    let pads = try operand(1).integers()
    let rank = x.shape.count
    guard pads.count == 2 * rank, pads.allSatisfy({ $0 >= 0 }) else {
      throw ExportFailure("Pad has the widths \(pads) for \(Shape(x.shape))")
    }
    let filling = operand(ifPresent: 2)?.elements.first ?? 0
    let shape = x.shape.indices.map { x.shape[$0] + pads[$0] + pads[rank + $0] }
    var result = [Double](repeating: filling, count: shape.reduce(1, *))
    // Where each element goes, as a walk over the result.
    let places = ONNXValue(shape, result.indices.map { Double($0) })
    let start = zip(pads, places.strides).reduce(0) { $0 + $1.0 * $1.1 }
    for (place, element) in zip(places.walked(x.shape, from: start, places.strides), x.elements) {
      result[Int(place)] = element
    }
    return ONNXValue(shape, result, x.type)
  }

  private func concatenate() throws(ExportFailure) -> ONNXValue {
    let first = try operand(0)
    let axis = try axis(integer("axis", 0), of: first)
    var shape = first.shape
    shape[axis] = 0
    for part in all {
      guard part.shape.count == shape.count,
        part.shape.indices.allSatisfy({ $0 == axis || part.shape[$0] == shape[$0] })
      else { throw ExportFailure("\(Shape(part.shape)) does not join with \(Shape(first.shape))") }
      shape[axis] += part.shape[axis]
    }
    let outer = shape[..<axis].reduce(1, *)
    var result: [Double] = []
    result.reserveCapacity(shape.reduce(1, *))
    for row in 0..<outer {
      for part in all {
        let size = part.count / max(outer, 1)
        result += part.elements[row * size..<(row + 1) * size]
      }
    }
    return ONNXValue(shape, result, first.type)
  }

  private func gather() throws(ExportFailure) -> ONNXValue {
    let (table, indices) = (try operand(0), try operand(1))
    guard integer("axis", 0) == 0, let rows = table.shape.first else {
      throw ExportFailure("Gather is known along the first axis alone")
    }
    let width = rows == 0 ? 0 : table.count / rows
    var result: [Double] = []
    for row in try indices.integers() {
      guard (0..<rows).contains(row) else {
        throw ExportFailure("the index \(row) is not among the \(rows) rows of a table")
      }
      result += table.elements[row * width..<(row + 1) * width]
    }
    return ONNXValue(indices.shape + table.shape.dropFirst(), result, table.type)
  }
}
