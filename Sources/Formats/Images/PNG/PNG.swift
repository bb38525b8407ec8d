/// Writes PNG files of 8 bits a channel.
package enum PNG {
  /// The file of an image. Each row gets the filter that leaves the smallest numbers.
  package static func file(of image: Image) -> [UInt8] {
    let colour: [UInt8] = [0, 4, 2, 6]
    var header = big32(image.width) + big32(image.height)
    header += [8, colour[image.channels - 1], 0, 0, 0]
    var file = PNGFile.signature
    append("IHDR", header, to: &file)
    append("IDAT", Zlib.pack(filtered(image)), to: &file)
    append("IEND", [], to: &file)
    return file
  }

  private static func big32(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(number >> $0 & 0xFF) }
  }

  private static func append(_ name: String, _ data: [UInt8], to file: inout [UInt8]) {
    let named = Array(name.utf8) + data
    file += big32(data.count) + named + big32(Int(named.withUnsafeBytes { CRC32.of($0) }))
  }

  private static func filtered(_ image: Image) -> [UInt8] {
    let size = image.width * image.channels
    var result: [UInt8] = []
    result.reserveCapacity((size + 1) * image.height)
    var candidate = [UInt8](repeating: 0, count: size)
    image.bytes.withUnsafeBufferPointer { bytes in
      for y in 0..<image.height {
        var best = (filter: UInt8(0), cost: Int.max, row: candidate)
        for filter in 0...4 as ClosedRange<UInt8> {
          let cost = apply(filter, bytes, row: y * size, size, image.channels, to: &candidate)
          if cost < best.cost { best = (filter, cost, candidate) }
        }
        result.append(best.filter)
        result += best.row
      }
    }
    return result
  }

  /// Filters a row; the sum of its numbers, seen as −128…127, without their signs.
  private static func apply(
    _ filter: UInt8, _ bytes: UnsafeBufferPointer<UInt8>, row: Int, _ size: Int, _ distance: Int,
    to output: inout [UInt8]
  ) -> Int {
    var cost = 0
    for x in 0..<size {
      let value = bytes[row + x]
      let left = x < distance ? 0 : Int(bytes[row + x - distance])
      let up = row == 0 ? 0 : Int(bytes[row + x - size])
      let corner = row == 0 || x < distance ? 0 : Int(bytes[row + x - size - distance])
      let guess =
        switch filter {
        case 0: 0
        case 1: left
        case 2: up
        case 3: (left + up) >> 1
        default: PNGScanlines.nearest(left, up, corner)
        }
      let difference = value &- UInt8(guess)
      output[x] = difference
      cost += Int(Int8(bitPattern: difference).magnitude)
    }
    return cost
  }
}
