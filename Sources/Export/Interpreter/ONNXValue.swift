import EspalierFormats
import EspalierProtocols

/// A value while a graph is run: elements of any type as doubles.
package struct ONNXValue: Sendable {
  package var type: ONNXType
  package var shape: [Int]
  package var elements: [Double]

  package init(_ shape: [Int], _ elements: [Double], _ type: ONNXType = .float) {
    self.type = type
    self.shape = shape
    self.elements = elements
  }

  init(_ tensor: ONNXTensor) {
    switch tensor.values {
    case .floats(let values): self.init(tensor.shape, values.map { Double($0) })
    case .integers(let values): self.init(tensor.shape, values.map { Double($0) }, .int64)
    }
  }

  var count: Int { elements.count }

  var strides: [Int] { Shape(shape).strides }

  /// The elements as whole numbers.
  func integers() throws(ExportFailure) -> [Int] {
    var result: [Int] = []
    for element in elements {
      guard let number = Int(exactly: element) else {
        throw ExportFailure("\(element) stands where a whole number should")
      }
      result.append(number)
    }
    return result
  }

  /// Distances between neighbours when the value is stretched to a shape; 0 repeats.
  func strides(stretchedTo target: [Int]) throws(ExportFailure) -> [Int] {
    guard target.count >= shape.count else {
      throw ExportFailure("\(Shape(shape)) does not stretch to \(Shape(target))")
    }
    let missing = target.count - shape.count
    var result = [Int](repeating: 0, count: target.count)
    for (axis, stride) in strides.enumerated() {
      guard shape[axis] == target[axis + missing] || shape[axis] == 1 else {
        throw ExportFailure("\(Shape(shape)) does not stretch to \(Shape(target))")
      }
      result[axis + missing] = shape[axis] == 1 ? 0 : stride
    }
    return result
  }

  /// The elements that a walk over a shape meets, beginning at one and going by these distances.
  func walked(_ target: [Int], from start: Int = 0, _ strides: [Int]) -> [Double] {
    let count = target.reduce(1, *)
    var result: [Double] = []
    result.reserveCapacity(count)
    guard count > 0 else { return result }
    guard let inner = target.last else { return [elements[start]] }
    let step = strides[target.count - 1]
    var index = [Int](repeating: 0, count: target.count)
    var place = start
    elements.withUnsafeBufferPointer { elements in
      while true {
        for number in 0..<inner { result.append(elements[place + number * step]) }
        var axis = target.count - 2
        while axis >= 0 {
          index[axis] += 1
          place += strides[axis]
          if index[axis] < target[axis] { break }
          place -= index[axis] * strides[axis]
          index[axis] = 0
          axis -= 1
        }
        if axis < 0 { break }
      }
    }
    return result
  }

  /// The shape to which values stretch together.
  static func stretched(_ values: [ONNXValue]) throws(ExportFailure) -> [Int] {
    var shape = Shape([])
    for value in values {
      guard let joined = Shape.broadcast(shape, Shape(value.shape)) else {
        throw ExportFailure("shapes \(shape) and \(Shape(value.shape)) do not fit")
      }
      shape = joined
    }
    return shape.dimensions
  }

  /// A function of one element, or of several of values that stretch to one shape.
  static func map(
    _ values: [ONNXValue], _ type: ONNXType? = nil, _ function: ([Double]) -> Double
  ) throws(ExportFailure) -> ONNXValue {
    let shape = try stretched(values)
    var operands: [[Double]] = []
    for value in values {
      operands.append(
        value.shape == shape
          ? value.elements : value.walked(shape, try value.strides(stretchedTo: shape)))
    }
    let count = shape.reduce(1, *)
    var row = [Double](repeating: 0, count: values.count)
    var result = [Double](repeating: 0, count: count)
    for place in 0..<count {
      for operand in operands.indices { row[operand] = operands[operand][place] }
      result[place] = function(row)
    }
    return ONNXValue(shape, result, type ?? values[0].type)
  }
}
