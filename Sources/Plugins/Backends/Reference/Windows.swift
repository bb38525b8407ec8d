import EspalierProtocols

/// Convolution and pooling over [n, h, w, c], by their definitions.
extension Interpreter {
  /// Calls `body` for each pair of a result's place and a place of the input that its window covers.
  private func forEachTap(
    _ w: Window, batch: Int,
    _ body: (_ n: Int, _ row: Int, _ column: Int, _ tap: Int, _ inRow: Int, _ inColumn: Int) -> Void
  ) {
    for n in 0..<batch {
      for row in 0..<w.outputHeight {
        for column in 0..<w.outputWidth {
          for i in 0..<w.kernel[0] {
            for j in 0..<w.kernel[1] {
              let inRow = row * w.stride[0] + i * w.dilation[0] - w.padding[0]
              let inColumn = column * w.stride[1] + j * w.dilation[1] - w.padding[2]
              guard 0..<w.height ~= inRow, 0..<w.width ~= inColumn else { continue }
              body(n, row, column, i * w.kernel[1] + j, inRow, inColumn)
            }
          }
        }
      }
    }
  }

  /// Places of the three arrays for each multiply-add of a convolution.
  private func forEachProduct(
    _ w: Window, batch: Int, channels: Int, filters: Int,
    _ body: (_ input: Int, _ filter: Int, _ output: Int) -> Void
  ) {
    let perGroup = channels / w.groups
    let outPerGroup = filters / w.groups
    forEachTap(w, batch: batch) { n, row, column, tap, inRow, inColumn in
      let input = ((n * w.height + inRow) * w.width + inColumn) * channels
      let output = ((n * w.outputHeight + row) * w.outputWidth + column) * filters
      for o in 0..<filters {
        let first = o / outPerGroup * perGroup
        for c in 0..<perGroup {
          body(input + first + c, (tap * perGroup + c) * filters + o, output + o)
        }
      }
    }
  }

  func convolution(_ w: Window, _ x: Operand, _ f: Operand, _ shape: Shape) -> [Double] {
    var result = [Double](repeating: 0, count: shape.count)
    forEachProduct(w, batch: x.shape[0], channels: x.shape[3], filters: f.shape[3]) { i, k, o in
      result[o] += x.values[i] * f.values[k]
    }
    return result
  }

  func convolutionInputGradient(_ w: Window, _ g: Operand, _ f: Operand, _ shape: Shape) -> [Double]
  {
    var result = [Double](repeating: 0, count: shape.count)
    forEachProduct(w, batch: shape[0], channels: shape[3], filters: f.shape[3]) { i, k, o in
      result[i] += g.values[o] * f.values[k]
    }
    return result
  }

  func convolutionFilterGradient(_ w: Window, _ x: Operand, _ g: Operand, _ shape: Shape)
    -> [Double]
  {
    var result = [Double](repeating: 0, count: shape.count)
    forEachProduct(w, batch: x.shape[0], channels: x.shape[3], filters: shape[3]) { i, k, o in
      result[k] += x.values[i] * g.values[o]
    }
    return result
  }

  func maxPool(_ w: Window, _ x: Operand, _ shape: Shape) -> (values: [Double], taps: [Double]) {
    let channels = x.shape[3]
    var values = [Double](repeating: -.infinity, count: shape.count)
    var taps = [Double](repeating: -1, count: shape.count)
    forEachTap(w, batch: x.shape[0]) { n, row, column, tap, inRow, inColumn in
      for c in 0..<channels {
        let value = x.values[((n * w.height + inRow) * w.width + inColumn) * channels + c]
        let place = ((n * w.outputHeight + row) * w.outputWidth + column) * channels + c
        // The first of equals wins, and a NaN over everything.
        if taps[place] < 0 || value > values[place] || (value.isNaN && !values[place].isNaN) {
          values[place] = value
          taps[place] = Double(tap)
        }
      }
    }
    return (values, taps)
  }

  func poolGather(_ w: Window, _ x: Operand, _ taps: Operand) -> [Double] {
    let channels = x.shape[3]
    var result = [Double](repeating: 0, count: taps.values.count)
    forEachTap(w, batch: x.shape[0]) { n, row, column, tap, inRow, inColumn in
      for c in 0..<channels {
        let place = ((n * w.outputHeight + row) * w.outputWidth + column) * channels + c
        if taps.values[place] == Double(tap) {
          result[place] = x.values[((n * w.height + inRow) * w.width + inColumn) * channels + c]
        }
      }
    }
    return result
  }

  func poolScatter(_ w: Window, _ g: Operand, _ taps: Operand, _ shape: Shape) -> [Double] {
    let channels = shape[3]
    var result = [Double](repeating: 0, count: shape.count)
    forEachTap(w, batch: shape[0]) { n, row, column, tap, inRow, inColumn in
      for c in 0..<channels {
        let place = ((n * w.outputHeight + row) * w.outputWidth + column) * channels + c
        if taps.values[place] == Double(tap) {
          result[((n * w.height + inRow) * w.width + inColumn) * channels + c] += g.values[place]
        }
      }
    }
    return result
  }

  /// How many places a window's mean divides by.
  private func divisors(_ w: Window) -> [Double] {
    var counts = [Double](repeating: 0, count: w.outputHeight * w.outputWidth)
    if w.countsPadding {
      return counts.map { _ in Double(w.kernel[0] * w.kernel[1]) }
    }
    forEachTap(w, batch: 1) { _, row, column, _, _, _ in counts[row * w.outputWidth + column] += 1 }
    return counts
  }

  func averagePool(_ w: Window, _ x: Operand, _ shape: Shape) -> [Double] {
    let channels = shape[3]
    let divisors = divisors(w)
    var result = [Double](repeating: 0, count: shape.count)
    forEachTap(w, batch: shape[0]) { n, row, column, _, inRow, inColumn in
      for c in 0..<channels {
        result[((n * w.outputHeight + row) * w.outputWidth + column) * channels + c] +=
          x.values[((n * w.height + inRow) * w.width + inColumn) * channels + c]
          / divisors[row * w.outputWidth + column]
      }
    }
    return result
  }

  func averagePoolGradient(_ w: Window, _ g: Operand, _ shape: Shape) -> [Double] {
    let channels = shape[3]
    let divisors = divisors(w)
    var result = [Double](repeating: 0, count: shape.count)
    forEachTap(w, batch: shape[0]) { n, row, column, _, inRow, inColumn in
      for c in 0..<channels {
        result[((n * w.height + inRow) * w.width + inColumn) * channels + c] +=
          g.values[((n * w.outputHeight + row) * w.outputWidth + column) * channels + c]
          / divisors[row * w.outputWidth + column]
      }
    }
    return result
  }
}
