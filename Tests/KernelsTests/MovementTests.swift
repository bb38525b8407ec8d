import EspalierKernels
import Testing

@Suite struct Movement {
  /// Every index tuple of a shape, in order.
  func indices(_ shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { all, n in all.flatMap { i in (0..<n).map { i + [$0] } } }
  }
  func offset(_ i: [Int], _ strides: [Int]) -> Int {
    zip(i, strides).reduce(0) { $0 + $1.0 * $1.1 }
  }
  func contiguous(_ shape: [Int]) -> [Int] {
    var out = shape
    var step = 1
    for k in shape.indices.reversed() { (out[k], step) = (step, step * shape[k]) }
    return out
  }
  func long(_ x: [Int]) -> [Int64] { x.map(Int64.init) }

  func check(
    _ shape: [Int], out: [Int], into size: Int, at start: Int = 0, from: [Int], first: Int = 0,
    source: Int
  ) {
    let data = numbers(source, stream: 50)
    let target = Buffer(numbers(size, stream: 51))
    let input = Buffer(data)
    var copied = target.values
    for i in indices(shape) { copied[start + offset(i, out)] = data[first + offset(i, from)] }
    let code = esp_copy(
      target.base + start, long(out), input.base + first, long(from), long(shape),
      Int32(shape.count))
    #expect(
      code == 0 && target.intact && target.values == copied, "copy \(shape) \(out) <- \(from)")
    var added = copied
    for i in indices(shape) { added[start + offset(i, out)] += 2 * data[first + offset(i, from)] }
    let again = esp_accumulate(
      target.base + start, long(out), input.base + first, long(from), long(shape),
      Int32(shape.count), 2)
    #expect(
      again == 0 && target.intact && target.values == added, "accumulate \(shape) \(out) <- \(from)"
    )
  }

  @Test func copies() {
    func permuted(_ shape: [Int], _ order: [Int]) {
      // the output is contiguous in the new order
      let new = order.map { shape[$0] }
      let strides = contiguous(shape)
      let n = shape.reduce(1, *)
      check(new, out: contiguous(new), into: n, from: order.map { strides[$0] }, source: n)
    }
    permuted([7], [0])
    permuted([33, 50], [1, 0])
    permuted([300, 400], [1, 0])
    permuted([4, 5, 6], [2, 0, 1])
    permuted([4, 5, 6], [0, 2, 1])
    permuted([2, 3, 4, 5], [0, 3, 1, 2])
    permuted([8, 17, 16, 3], [0, 3, 1, 2])
    permuted([2, 3, 2, 3, 2, 3], [5, 3, 1, 0, 2, 4])
    permuted([1, 6, 1, 5], [3, 2, 1, 0])
    check([], out: [], into: 1, from: [], source: 1)
    check([3, 4], out: [10, 1], into: 50, at: 12, from: [4, 1], source: 12)  // pad
    check([3, 4], out: [4, 1], into: 12, from: [10, 1], first: 12, source: 50)  // slice
    check([3, 4], out: [4, 1], into: 12, from: [0, 1], source: 4)  // broadcasts
    check([3, 4], out: [4, 1], into: 12, from: [1, 0], source: 3)
    check([3, 5], out: [5, 1], into: 15, from: [5, -1], first: 4, source: 15)  // flip
    check([5, 3], out: [-3, 1], into: 15, at: 12, from: [3, 1], source: 15)
    check([4, 6], out: [12, 2], into: 48, from: [6, 1], source: 24)  // gaps
    check([0, 4], out: [4, 1], into: 4, from: [4, 1], source: 4)
    check([200_000], out: [1], into: 200_000, from: [1], source: 200_000)
  }

  @Test func badShapes() {
    var x: [Float] = [0]
    let ones = [Int64](repeating: 1, count: 17)
    #expect(esp_copy(&x, ones, [1], ones, ones, 16) == 0)
    #expect(esp_copy(&x, ones, [1], ones, ones, 17) == -1)
    #expect(esp_copy(&x, ones, [1], ones, [-1], 1) == -1)
  }

  @Test func fills() {
    for n in [0, 1, 17, 300_000] {
      let x = Buffer(count: n)
      esp_fill(x.base, Int64(n), 2.5)
      #expect(x.intact && x.values.allSatisfy { $0 == 2.5 })
    }
  }

  @Test func gatherAndScatter() {
    for (count, rows, width) in [(0, 3, 4), (5, 3, 1), (10, 7, 33), (3000, 50, 64)] {
      let table = numbers(rows * width, stream: 52)
      let index = (0..<count).map { Float($0 * 7 % rows) }
      let out = Buffer(count: count * width)
      #expect(esp_gather(out.base, table, index, Int64(count), Int64(rows), Int64(width)) == -1)
      let expected = index.flatMap { table[Int($0) * width..<(Int($0) + 1) * width] }
      #expect(out.intact && out.values == expected)

      let gradient = numbers(count * width, stream: 53)
      let sums = Buffer(table)
      var totals = table
      for i in 0..<count {
        for j in 0..<width {
          totals[Int(index[i]) * width + j].addProduct(0.5, gradient[i * width + j])
        }
      }
      #expect(
        esp_scatter_add(sums.base, gradient, index, Int64(count), Int64(rows), Int64(width), 0.5)
          == -1)
      #expect(sums.intact)
      #expect(zip(sums.values, totals).allSatisfy { abs($0 - $1) < 1e-4 })
    }
    for bad: Float in [-1, 3, 0.5, .nan, .infinity, 1e30] {
      let out = Buffer(count: 4, fill: 9)
      #expect(esp_gather(out.base, [1, 2, 3], [0, 2, bad, 1], 4, 3, 1) == 2)
      #expect(esp_scatter_add(out.base, [1, 2, 3, 4], [0, 2, bad, 1], 4, 3, 1, 1) == 2)
      #expect(out.values == [9, 9, 9, 9])
    }
  }

  @Test func axisReductions() {
    for (outer, axis, inner) in [
      (1, 1, 1), (3, 7, 1), (2, 5, 9), (1, 10_000, 1), (4, 100, 130), (2, 300, 200), (3, 0, 2),
    ] {
      for poisoned in [false, true] {
        var data = numbers(outer * axis * inner, stream: 54)
        if poisoned && !data.isEmpty { data[data.count / 2] = .nan }
        let n = outer * inner
        let sum = Buffer(count: n)
        let top = Buffer(count: n)
        let low = Buffer(count: n)
        let best = Buffer(count: n)
        let (o, a, i) = (Int64(outer), Int64(axis), Int64(inner))
        esp_reduce_sum(sum.base, data, o, a, i, 0.5)
        esp_reduce_max(top.base, data, o, a, i)
        esp_reduce_min(low.base, data, o, a, i)
        esp_reduce_argmax(best.base, data, o, a, i)
        #expect(sum.intact && top.intact && low.intact && best.intact)
        for r in 0..<n {
          let line = (0..<axis).map { data[(r / inner * axis + $0) * inner + r % inner] }
          if let bad = line.firstIndex(where: \.isNaN) {
            #expect(
              sum.values[r].isNaN && top.values[r].isNaN && low.values[r].isNaN
                && best.values[r] == Float(bad))
            continue
          }
          #expect(
            abs(Double(sum.values[r]) - line.reduce(0.0) { $0 + Double($1) } / 2) < 1e-5
              * Double(axis + 1).squareRoot())
          #expect(
            top.values[r] == (line.max() ?? -.infinity)
              && low.values[r] == (line.min() ?? .infinity))
          #expect(best.values[r] == Float(line.firstIndex(of: line.max() ?? 0) ?? 0))
        }
      }
    }
  }
}
