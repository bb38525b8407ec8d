/// From the frequencies of a block to its pixels.
enum JPEGTransform {
  /// By place in the file, the place of a coefficient in its block: along diagonals, to and fro.
  // Written once, here.
  nonisolated(unsafe) static let order: UnsafePointer<Int> = {
    let result = UnsafeMutablePointer<Int>.allocate(capacity: 64)
    var (row, column) = (0, 0)
    for place in 0..<64 {
      result[place] = 8 * row + column
      let goesUp = (row + column) % 2 == 0
      if goesUp ? column == 7 : row == 7 {
        if goesUp { row += 1 } else { column += 1 }
      } else if goesUp ? row == 0 : column == 0 {
        if goesUp { column += 1 } else { row += 1 }
      } else {
        row += goesUp ? -1 : 1
        column += goesUp ? 1 : -1
      }
    }
    return UnsafePointer(result)
  }()

  @inline(__always)
  static func pixel(_ value: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: max(0, min(255, value)))
  }

  /// A block that has no coefficient but the first: all pixels are the same.
  static func flat(_ first: Int32) -> UInt8 { pixel((first &+ 4) >> 3 &+ 128) }

  /// The inverse cosine transform of Loeffler, Ligtenberg and Moschytz (1989) in whole numbers, with 13 bits
  /// behind the point; columns first, whose results keep 2 bits more.
  ///
  /// - Parameters:
  ///   - block: 64 coefficients.
  ///   - quantization: what each is multiplied by.
  ///   - work: room for 64 numbers.
  ///   - output: where the first of eight rows begins.
  static func pixels(
    of block: UnsafePointer<Int16>, _ quantization: UnsafePointer<Int32>,
    _ work: UnsafeMutablePointer<Int32>, to output: UnsafeMutablePointer<UInt8>, stride: Int
  ) {
    for column in 0..<8 {
      let input = block + column
      let factors = quantization + column
      let result = work + column
      if input[8] | input[16] | input[24] | input[32] | input[40] | input[48] | input[56] == 0 {
        let value = (Int32(input[0]) &* factors[0]) &<< 2
        for row in 0..<8 { result[8 * row] = value }
        continue
      }
      @inline(__always) func value(_ row: Int) -> Int32 {
        Int32(input[8 * row]) &* factors[8 * row]
      }
      let sums = transform(
        value(0), value(1), value(2), value(3), value(4), value(5), value(6), value(7))
      let half: Int32 = 1 << 10
      result[0] = (sums.even.0 &+ sums.odd.0 &+ half) >> 11
      result[56] = (sums.even.0 &- sums.odd.0 &+ half) >> 11
      result[8] = (sums.even.1 &+ sums.odd.1 &+ half) >> 11
      result[48] = (sums.even.1 &- sums.odd.1 &+ half) >> 11
      result[16] = (sums.even.2 &+ sums.odd.2 &+ half) >> 11
      result[40] = (sums.even.2 &- sums.odd.2 &+ half) >> 11
      result[24] = (sums.even.3 &+ sums.odd.3 &+ half) >> 11
      result[32] = (sums.even.3 &- sums.odd.3 &+ half) >> 11
    }
    for row in 0..<8 {
      let input = work + 8 * row
      let result = output + row * stride
      if input[1] | input[2] | input[3] | input[4] | input[5] | input[6] | input[7] == 0 {
        let value = pixel((input[0] &+ 16) >> 5 &+ 128)
        for column in 0..<8 { result[column] = value }
        continue
      }
      let sums = transform(
        input[0], input[1], input[2], input[3], input[4], input[5], input[6], input[7])
      // A half, and the 128 by which samples are around 0.
      let half: Int32 = 1 << 17 + 128 << 18
      result[0] = pixel((sums.even.0 &+ sums.odd.0 &+ half) >> 18)
      result[7] = pixel((sums.even.0 &- sums.odd.0 &+ half) >> 18)
      result[1] = pixel((sums.even.1 &+ sums.odd.1 &+ half) >> 18)
      result[6] = pixel((sums.even.1 &- sums.odd.1 &+ half) >> 18)
      result[2] = pixel((sums.even.2 &+ sums.odd.2 &+ half) >> 18)
      result[5] = pixel((sums.even.2 &- sums.odd.2 &+ half) >> 18)
      result[3] = pixel((sums.even.3 &+ sums.odd.3 &+ half) >> 18)
      result[4] = pixel((sums.even.3 &- sums.odd.3 &+ half) >> 18)
    }
  }

  typealias Four = (Int32, Int32, Int32, Int32)

  /// The even and odd parts of eight results: result k is even[k] + odd[k], result 7 − k is even[k] − odd[k].
  @inline(__always)
  private static func transform(
    _ c0: Int32, _ c1: Int32, _ c2: Int32, _ c3: Int32, _ c4: Int32, _ c5: Int32, _ c6: Int32,
    _ c7: Int32
  ) -> (even: Four, odd: Four) {
    // Sines and cosines of multiples of π/16 times √2, in 2⁻¹³.
    let middle = (c2 &+ c6) &* 4433
    let low = middle &- c6 &* 15137
    let high = middle &+ c2 &* 6270
    let sum = (c0 &+ c4) &<< 13
    let difference = (c0 &- c4) &<< 13

    let (far, near) = (c7 &+ c1, c5 &+ c3)
    let (left, right) = (c7 &+ c3, c5 &+ c1)
    let common = (left &+ right) &* 9633
    let a = far &* -7373
    let b = near &* -20995
    let c = left &* -16069 &+ common
    let d = right &* -3196 &+ common
    return (
      (sum &+ high, difference &+ low, difference &- low, sum &- high),
      (
        c1 &* 12299 &+ a &+ d, c3 &* 25172 &+ b &+ c, c5 &* 16819 &+ b &+ d,
        c7 &* 2446 &+ a &+ c
      )
    )
  }
}
