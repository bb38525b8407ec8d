#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Samples of one component, and its coefficients where scans add to them.
final class JPEGPlane {
  let component: JPEGFrame.Component
  /// blocksDown × 8 rows of `stride` samples.
  let samples: UnsafeMutablePointer<UInt8>
  let stride: Int
  /// By block, in rows; `nil` where a scan holds all of a block.
  fileprivate let coefficients: UnsafeMutablePointer<Int16>?
  fileprivate let factors = UnsafeMutablePointer<Int32>.allocate(capacity: 64)
  fileprivate var hasFactors = false

  /// `nil` when there is no memory for it.
  fileprivate init?(_ component: JPEGFrame.Component, hasCoefficients: Bool) {
    self.component = component
    stride = 8 * component.blocksAcross
    let blocks = component.blocksAcross * component.blocksDown
    // The system gives memory of zeros, and takes none for pages that are not touched.
    let samples = calloc(blocks, 64)
    let coefficients = hasCoefficients ? calloc(blocks, 128) : nil
    guard let samples, !hasCoefficients || coefficients != nil else {
      free(samples)
      factors.deallocate()
      return nil
    }
    self.samples = samples.assumingMemoryBound(to: UInt8.self)
    self.coefficients = coefficients?.assumingMemoryBound(to: Int16.self)
  }

  deinit {
    free(samples)
    free(coefficients)
    factors.deallocate()
  }

  /// Keeps what coefficients are multiplied by, as it is at the first scan.
  fileprivate func setFactors(_ tables: [[UInt16]?]) throws(ImageProblem) {
    guard !hasFactors else { return }
    guard let table = tables[component.table] else {
      throw .damaged("a table of quantization is missing")
    }
    for place in 0..<64 { factors[JPEGTransform.order[place]] = Int32(table[place]) }
    hasFactors = true
  }
}

/// Decodes scans to planes of samples.
struct JPEGDecoder {
  let frame: JPEGFrame
  private let planes: [JPEGPlane]
  /// Of each component, whether its samples are there, roughly at least.
  private var isRead: [Bool]

  init(_ frame: JPEGFrame) throws(ImageProblem) {
    self.frame = frame
    var planes: [JPEGPlane] = []
    for component in frame.components {
      guard let plane = JPEGPlane(component, hasCoefficients: frame.isProgressive) else {
        throw ImageProblem("there is no memory for \(frame.width)×\(frame.height) pixels")
      }
      planes.append(plane)
    }
    self.planes = planes
    isRead = frame.components.map { _ in false }
  }

  var hasAllComponents: Bool { isRead.allSatisfy { $0 } }
  /// Whether no scan can add anything.
  var isComplete: Bool { !frame.isProgressive && hasAllComponents }

  /// - Returns: the place of the marker behind the scan.
  mutating func read(
    _ scan: JPEGScan, _ bytes: UnsafeRawBufferPointer, at place: Int
  ) throws(ImageProblem) -> Int {
    for part in scan.parts {
      try planes[part.component].setFactors(scan.quantization)
      if scan.mode != .others, scan.mode != .othersRefined { isRead[part.component] = true }
    }
    let single = scan.parts.count == 1 ? frame.components[scan.parts[0].component] : nil
    let across = single?.blocksWide ?? frame.unitsAcross
    let down = single?.blocksHigh ?? frame.unitsDown
    var blocks = JPEGBlocks(scan, JPEGBits(bytes, at: place))
    let scratch = Scratch()
    var untilRestart = scan.restartInterval
    var restarts = 0
    for y in 0..<down {
      for x in 0..<across {
        if untilRestart == 0, scan.restartInterval > 0 {
          try blocks.restart(restarts)
          restarts += 1
          untilRestart = scan.restartInterval
        }
        untilRestart -= 1
        if single != nil {
          try read(0, planes[scan.parts[0].component], x, y, &blocks, scratch)
        } else {
          for (part, entry) in scan.parts.enumerated() {
            let plane = planes[entry.component]
            for row in 0..<plane.component.rows {
              for column in 0..<plane.component.columns {
                try read(
                  part, plane, x * plane.component.columns + column,
                  y * plane.component.rows + row, &blocks, scratch)
              }
            }
          }
        }
        if blocks.bits.isExhausted { throw .cutOff }
      }
    }
    return blocks.bits.nextMarker()
  }

  @inline(__always)
  private func read(
    _ part: Int, _ plane: JPEGPlane, _ x: Int, _ y: Int, _ blocks: inout JPEGBlocks,
    _ scratch: Scratch
  ) throws(ImageProblem) {
    if let coefficients = plane.coefficients {
      _ = try blocks.read(part, coefficients + 64 * (y * plane.component.blocksAcross + x))
    } else {
      scratch.block.update(repeating: 0, count: 64)
      let hasOthers = try blocks.read(part, scratch.block)
      Self.transform(scratch.block, hasOthers, plane, x, y, scratch)
    }
  }

  private static func transform(
    _ block: UnsafeMutablePointer<Int16>, _ hasOthers: Bool, _ plane: JPEGPlane, _ x: Int, _ y: Int,
    _ scratch: Scratch
  ) {
    let output = plane.samples + 8 * (y * plane.stride + x)
    guard hasOthers else {
      let value = JPEGTransform.flat(Int32(block[0]) &* plane.factors[0])
      for row in 0..<8 { (output + row * plane.stride).update(repeating: value, count: 8) }
      return
    }
    JPEGTransform.pixels(
      of: block, plane.factors, scratch.work, to: output, stride: plane.stride)
  }

  /// The image of all scans so far.
  func image(colours: JPEGColours) -> Image {
    if frame.isProgressive {
      let scratch = Scratch()
      for plane in planes {
        for y in 0..<plane.component.blocksHigh {
          for x in 0..<plane.component.blocksWide {
            let block = plane.coefficients! + 64 * (y * plane.component.blocksAcross + x)
            Self.transform(block, true, plane, x, y, scratch)
          }
        }
      }
    }
    return JPEGPixels(frame, planes).image(colours: colours)
  }

  /// Memory for the block at hand.
  private final class Scratch {
    let block = UnsafeMutablePointer<Int16>.allocate(capacity: 64)
    let work = UnsafeMutablePointer<Int32>.allocate(capacity: 64)
    deinit {
      block.deallocate()
      work.deallocate()
    }
  }
}
