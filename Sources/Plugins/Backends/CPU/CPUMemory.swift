import EspalierProtocols

/// Variables in main memory; each root variable has an aligned block that never moves.
package final class CPUMemory: VariableMemory {
  private var blocks: [Int: UnsafeMutableBufferPointer<Float>] = [:]
  /// What the programs of a model compute in, one after the other: as much as the largest needs.
  ///
  /// It moves when it grows. What it holds is of no account between runs.
  package private(set) var scratch = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)

  package init() {}

  deinit {
    blocks.values.forEach { $0.deallocate() }
    scratch.baseAddress?.deallocate()
  }

  func reserveScratch(_ count: Int) {
    guard count > scratch.count else { return }
    scratch.baseAddress?.deallocate()
    scratch = Self.unfilledBlock(count)
  }

  package func allocate(_ variables: [Variable]) {
    for variable in variables where variable.base == nil && blocks[variable.id] == nil {
      blocks[variable.id] = Self.block(variable.shape.count)
    }
    // A variable that moved into a flat one after it got its value takes the value along.
    for variable in variables {
      guard let base = variable.base, let old = blocks.removeValue(forKey: variable.id) else {
        continue
      }
      (blocks[base.variable]!.baseAddress! + base.offset).update(
        from: old.baseAddress!, count: variable.shape.count)
      old.deallocate()
    }
  }

  /// Zeros.
  static func block(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
    let block = unfilledBlock(count)
    block.baseAddress!.initialize(repeating: 0, count: max(count, 1))
    return block
  }

  /// Numbers of any value, in pages that take no room before they are written to.
  private static func unfilledBlock(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
    let room = max(count, 1)
    let raw = alignedMemory(bytes: room * MemoryLayout<Float>.stride)
    return UnsafeMutableBufferPointer(
      start: raw.bindMemory(to: Float.self, capacity: room), count: count)
  }

  func pointer(_ variable: Int, offset: Int) -> UnsafeMutablePointer<Float> {
    blocks[variable]!.baseAddress! + offset
  }

  private func elements(_ variable: Variable) -> UnsafeMutableBufferPointer<Float> {
    let start = pointer(variable.base?.variable ?? variable.id, offset: variable.base?.offset ?? 0)
    return UnsafeMutableBufferPointer(start: start, count: variable.shape.count)
  }

  package func read(_ variable: Variable) -> [Float] { Array(elements(variable)) }

  package func write(_ variable: Variable, _ values: [Float]) {
    _ = elements(variable).update(fromContentsOf: values)
  }

  package func read(_ variable: Variable, _ range: Range<Int>) -> [Float] {
    Array(elements(variable)[range])
  }

  package func write(_ variable: Variable, at offset: Int, _ values: [Float]) {
    _ = elements(variable)[offset..<offset + values.count].update(fromContentsOf: values)
  }
}
