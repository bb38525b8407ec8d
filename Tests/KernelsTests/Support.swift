/// Floats between guards, so that a write outside is noticed.
final class Buffer {
  private static let guardCount = 64
  private static let mark: Float = 12345.678
  let base: UnsafeMutablePointer<Float>
  let count: Int
  private let whole: UnsafeMutablePointer<Float>

  init(_ values: [Float]) {
    count = values.count
    whole = .allocate(capacity: count + 2 * Buffer.guardCount)
    whole.initialize(repeating: Buffer.mark, count: count + 2 * Buffer.guardCount)
    base = whole + Buffer.guardCount
    for (i, x) in values.enumerated() { base[i] = x }
  }
  convenience init(count: Int, fill: Float = 0) { self.init(Array(repeating: fill, count: count)) }
  deinit { whole.deallocate() }

  var values: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }
  var intact: Bool {
    (0..<Buffer.guardCount).allSatisfy {
      whole[$0] == Buffer.mark && base[count + $0] == Buffer.mark
    }
  }
}
