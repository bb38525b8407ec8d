import EspalierFormats
import EspalierProtocols

/// Matrix products, convolutions and pools.
extension ONNXOperation {
  func products() throws(ExportFailure) -> ONNXValue? {
    switch node.kind {
    case "MatMul": return try matmul(operand(0), operand(1))
    case "Gemm":
      guard all.count == 2, node.attributes.keys.allSatisfy({ $0.hasPrefix("trans") }) else {
        throw ExportFailure("Gemm is known without a third operand and factors alone")
      }
      return try matmul(
        integer("transA", 0) == 1 ? transposed(operand(0)) : operand(0),
        integer("transB", 0) == 1 ? transposed(operand(1)) : operand(1))
    case "Conv": return try convolution()
    case "ConvTranspose": return try transposedConvolution()
    case "MaxPool": return try pool { taps, _ in taps.max() ?? -.infinity }
    case "AveragePool":
      let countsPadding = integer("count_include_pad", 0) == 1
      return try pool { taps, size in
        taps.reduce(0, +) / Double(countsPadding ? size : taps.count)
      }
    default: return nil
    }
  }

  // MARK: Matrices

  private func transposed(_ x: ONNXValue) throws(ExportFailure) -> ONNXValue {
    guard x.shape.count == 2 else { throw ExportFailure("\(Shape(x.shape)) is no matrix") }
    let shape = [x.shape[1], x.shape[0]]
    return ONNXValue(shape, x.walked(shape, [1, x.shape[1]]))
  }

  private func matmul(_ a: ONNXValue, _ b: ONNXValue) throws(ExportFailure) -> ONNXValue {
    guard a.shape.count >= 2, b.shape.count >= 2,
      a.shape[a.shape.count - 1] == b.shape[b.shape.count - 2],
      let lead = Shape.broadcast(Shape(a.shape.dropLast(2)), Shape(b.shape.dropLast(2)))
    else { throw ExportFailure("no product of \(Shape(a.shape)) and \(Shape(b.shape))") }
    let (rows, inner) = (a.shape[a.shape.count - 2], a.shape[a.shape.count - 1])
    let columns = b.shape[b.shape.count - 1]
    let full = lead.dimensions
    let left = a.walked(
      full + [rows, inner], try a.strides(stretchedTo: full + [rows, inner]))
    let right = b.walked(
      full + [inner, columns], try b.strides(stretchedTo: full + [inner, columns]))
    var result = [Double](repeating: 0, count: lead.count * rows * columns)
    result.withUnsafeMutableBufferPointer { result in
      left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in
          for matrix in 0..<lead.count {
            for row in 0..<rows {
              let target = (matrix * rows + row) * columns
              for k in 0..<inner {
                let factor = left[(matrix * rows + row) * inner + k]
                let source = (matrix * inner + k) * columns
                for column in 0..<columns {
                  result[target + column] += factor * right[source + column]
                }
              }
            }
          }
        }
      }
    }
    return ONNXValue(full + [rows, columns], result)
  }

  // MARK: Windows

  /// How windows lie over images [n, c, h, w].
  private struct Windows {
    let kernel: [Int]
    let strides: [Int]
    let dilations: [Int]
    let pads: [Int]
    let group: Int

    func outputExtent(_ size: Int, _ axis: Int) -> Int {
      let room = size + pads[axis] + pads[axis + 2] - dilations[axis] * (kernel[axis] - 1) - 1
      return room < 0 ? 0 : room / strides[axis] + 1
    }

    /// Each place of the larger image that a window of the smaller one covers.
    func taps(large: [Int], small: [Int]) -> [Tap] {
      var result: [Tap] = []
      for row in 0..<small[0] {
        for column in 0..<small[1] {
          for i in 0..<kernel[0] {
            let y = row * strides[0] + i * dilations[0] - pads[0]
            guard y >= 0, y < large[0] else { continue }
            for j in 0..<kernel[1] {
              let x = column * strides[1] + j * dilations[1] - pads[1]
              guard x >= 0, x < large[1] else { continue }
              result.append(
                Tap(
                  weight: i * kernel[1] + j, large: y * large[1] + x,
                  small: row * small[1] + column))
            }
          }
        }
      }
      return result
    }
  }

  /// A place of a window on an image.
  private struct Tap {
    let weight: Int
    let large: Int
    let small: Int
  }

  private func windows(kernel: [Int]) throws(ExportFailure) -> Windows {
    let result = Windows(
      kernel: integers("kernel_shape", kernel), strides: integers("strides", [1, 1]),
      dilations: integers("dilations", [1, 1]), pads: integers("pads", [0, 0, 0, 0]),
      group: integer("group", 1))
    guard result.kernel.count == 2, result.strides.count == 2, result.dilations.count == 2,
      result.pads.count == 4, result.group > 0,
      (result.kernel + result.strides + result.dilations).allSatisfy({ $0 > 0 }),
      integer("ceil_mode", 0) == 0, node.attributes["auto_pad"] == nil
    else { throw ExportFailure("\(node.kind) has windows that are not known") }
    return result
  }

  private func image(_ number: Int) throws(ExportFailure) -> ONNXValue {
    let x = try operand(number)
    guard x.shape.count == 4 else { throw ExportFailure("\(Shape(x.shape)) is no image") }
    return x
  }

  private func convolution() throws(ExportFailure) -> ONNXValue {
    let (x, filters) = (try image(0), try image(1))
    let windows = try windows(kernel: Array(filters.shape[2...]))
    let (channels, results) = (x.shape[1], filters.shape[0])
    let group = windows.group
    guard channels == filters.shape[1] * group, results % group == 0, all.count == 2 else {
      throw ExportFailure("filters \(Shape(filters.shape)) do not fit \(Shape(x.shape))")
    }
    let large = Array(x.shape[2...])
    let small = [windows.outputExtent(large[0], 0), windows.outputExtent(large[1], 1)]
    let (outer, inner) = (large[0] * large[1], small[0] * small[1])
    let size = windows.kernel[0] * windows.kernel[1]
    let taps = windows.taps(large: large, small: small)
    var result = [Double](repeating: 0, count: x.shape[0] * results * inner)
    for n in 0..<x.shape[0] {
      for o in 0..<results {
        let first = o / (results / group) * filters.shape[1]
        let target = (n * results + o) * inner
        for c in 0..<filters.shape[1] {
          let source = (n * channels + first + c) * outer
          let weights = (o * filters.shape[1] + c) * size
          for tap in taps {
            result[target + tap.small] +=
              x.elements[source + tap.large] * filters.elements[weights + tap.weight]
          }
        }
      }
    }
    return ONNXValue([x.shape[0], results] + small, result)
  }

  private func transposedConvolution() throws(ExportFailure) -> ONNXValue {
    let (x, filters) = (try image(0), try image(1))
    let windows = try windows(kernel: Array(filters.shape[2...]))
    let rest = integers("output_padding", [0, 0])
    let group = windows.group
    let (channels, perGroup) = (x.shape[1], filters.shape[1])
    guard channels == filters.shape[0], channels % group == 0, rest.count == 2, all.count == 2
    else {
      throw ExportFailure("filters \(Shape(filters.shape)) do not fit \(Shape(x.shape))")
    }
    let small = Array(x.shape[2...])
    let large = (0..<2).map { axis -> Int in
      let window = windows.dilations[axis] * (windows.kernel[axis] - 1) + 1
      let covered = windows.strides[axis] * (small[axis] - 1) + window
      return covered + rest[axis] - windows.pads[axis] - windows.pads[axis + 2]
    }
    guard large.allSatisfy({ $0 > 0 }) else { throw ExportFailure("its result has no elements") }
    let results = perGroup * group
    let (outer, inner) = (large[0] * large[1], small[0] * small[1])
    let size = windows.kernel[0] * windows.kernel[1]
    let taps = windows.taps(large: large, small: small)
    var result = [Double](repeating: 0, count: x.shape[0] * results * outer)
    for n in 0..<x.shape[0] {
      for c in 0..<channels {
        let first = c / (channels / group) * perGroup
        let source = (n * channels + c) * inner
        for o in 0..<perGroup {
          let target = (n * results + first + o) * outer
          let weights = (c * perGroup + o) * size
          for tap in taps {
            result[target + tap.large] +=
              x.elements[source + tap.small] * filters.elements[weights + tap.weight]
          }
        }
      }
    }
    return ONNXValue([x.shape[0], results] + large, result)
  }

  /// - Parameter join: one number of the elements within a window and the window's size.
  private func pool(
    _ join: (_ taps: [Double], _ size: Int) -> Double
  ) throws(ExportFailure) -> ONNXValue {
    let x = try image(0)
    let windows = try windows(kernel: [])
    let large = Array(x.shape[2...])
    let small = [windows.outputExtent(large[0], 0), windows.outputExtent(large[1], 1)]
    let (outer, inner) = (large[0] * large[1], small[0] * small[1])
    var covered = [[Int]](repeating: [], count: inner)
    for tap in windows.taps(large: large, small: small) { covered[tap.small].append(tap.large) }
    let size = windows.kernel[0] * windows.kernel[1]
    var result: [Double] = []
    result.reserveCapacity(x.shape[0] * x.shape[1] * inner)
    for plane in 0..<x.shape[0] * x.shape[1] {
      for places in covered {
        result.append(join(places.map { x.elements[plane * outer + $0] }, size))
      }
    }
    return ONNXValue(Array(x.shape[..<2]) + small, result)
  }
}
