import EspalierKernels
import Testing

extension KernelTests.Fused {
  /// Sizes on both sides of what runs on several threads, and of the groups that columns are taken in.
  private static let sizes = [(1, 1), (3, 70), (40, 64), (300, 129), (2100, 65)]

  @Test func momentsOfColumns() {
    onEveryInstructionSet {
      for (rows, columns) in Self.sizes {
        let x = numbers(rows * columns, stream: 70).map { $0 + 100 }
        var mean = [Double](repeating: 7, count: columns)
        var squares = mean
        var low = [Float](repeating: 99.5, count: columns)
        var high = [Float](repeating: -.infinity, count: columns)
        esp_column_moments(x, Int64(rows), Int64(columns), &mean, &squares, &low, &high)
        for c in 0..<columns {
          let column = (0..<rows).map { x[$0 * columns + c] }
          let center = column.reduce(0.0) { $0 + Double($1) } / Double(rows)
          let spread = column.reduce(0.0) { $0 + (Double($1) - center) * (Double($1) - center) }
          #expect(abs(mean[c] - center) < 1e-10, "\(rows)×\(columns)")
          #expect(abs(squares[c] - spread) < 1e-9 * max(spread, 1), "\(rows)×\(columns)")
          #expect(low[c] == min(column.min()!, 99.5) && high[c] == column.max()!)
        }
      }
    }
  }

  @Test func momentsShowWhatIsNoNumber() {
    var mean = [0.0, 0.0]
    var squares = mean
    var low: [Float] = [.infinity, .infinity]
    var high: [Float] = [-.infinity, -.infinity]
    esp_column_moments([1, 2, .nan, 4, 3, 9], 3, 2, &mean, &squares, &low, &high)
    #expect(mean[0].isNaN && mean[1] == 5)
    #expect(low == [1, 2] && high == [3, 9])
  }

  @Test func scalesOfColumns() {
    onEveryInstructionSet {
      for (rows, columns) in Self.sizes {
        let x = numbers(rows * columns, stream: 71)
        let shift = numbers(columns, stream: 72)
        let divisor = numbers(columns, stream: 73).map { abs($0) + 0.5 }
        let out = Buffer(count: rows * columns)
        esp_scale_columns(out.base, x, Int64(rows), Int64(columns), shift, divisor, 3, 0.25)
        let expected = x.indices.map {
          (x[$0] - shift[$0 % columns]) / divisor[$0 % columns] * 3 + 0.25
        }
        #expect(out.values == expected && out.intact, "\(rows)×\(columns)")
        esp_scale_columns(out.base, x, Int64(rows), Int64(columns), nil, nil, 3, 0.25)
        #expect(out.values == x.map { $0 * 3 + 0.25 } && out.intact)
      }
    }
  }

  /// A row's result has the same bits by itself and among others.
  @Test func mapsOfRows() {
    onEveryInstructionSet {
      for (rows, inputs, outputs) in [(1, 1, 1), (5, 7, 3), (300, 40, 9), (520, 130, 100)] {
        let x = numbers(rows * inputs, stream: 74)
        let mean = numbers(inputs, stream: 75)
        let map = numbers(inputs * outputs, stream: 76)
        let out = Buffer(count: rows * outputs)
        esp_map_rows(out.base, x, Int64(rows), Int64(inputs), Int64(outputs), mean, map)
        #expect(out.intact)
        let values = out.values
        let single = Buffer(count: outputs)
        for row in stride(from: 0, to: rows, by: max(rows / 7, 1)) {
          Array(x[row * inputs..<(row + 1) * inputs]).withUnsafeBufferPointer {
            esp_map_rows(single.base, $0.baseAddress, 1, Int64(inputs), Int64(outputs), mean, map)
          }
          #expect(single.values == Array(values[row * outputs..<(row + 1) * outputs]))
          for k in 0..<outputs {
            let sum = (0..<inputs).reduce(0.0) {
              $0 + Double(x[row * inputs + $1] - mean[$1]) * Double(map[$1 * outputs + k])
            }
            #expect(abs(Double(values[row * outputs + k]) - sum) < 1e-4)
          }
        }
      }
    }
  }

  @Test func samplesOnAnyNumberOfThreads() {
    let (rows, columns) = (900, 300)
    let x = numbers(rows * columns, stream: 77)
    let map = numbers(columns * 33, stream: 78)
    var results: [([Float], [Double])] = []
    let before = esp_thread_count()
    defer { esp_set_thread_count(before) }
    for threads in [1, 2, 3] as [Int32] {
      esp_set_thread_count(threads)
      var mean = [Double](repeating: 0, count: columns)
      var squares = mean
      var low = [Float](repeating: .infinity, count: columns)
      var high = [Float](repeating: -.infinity, count: columns)
      esp_column_moments(x, Int64(rows), Int64(columns), &mean, &squares, &low, &high)
      var mapped = [Float](repeating: 0, count: rows * 33)
      esp_map_rows(&mapped, x, Int64(rows), Int64(columns), 33, low, map)
      var sum = [Double](repeating: 0, count: columns)
      var square = [Double](repeating: 0, count: columns * columns)
      #expect(esp_covariance_add(x, Int64(rows), Int64(columns), mean, &sum, &square) == 0)
      results.append((mapped, mean + squares + sum + square))
    }
    #expect(results[0] == results[1] && results[1] == results[2])
  }
}
