import EspalierProtocols

/// What one kernel of a step takes.
public struct KernelProfile: Sendable {
  /// What it computes.
  public let work: String
  /// The layer whose work it is; empty where it is none's.
  public let layer: String
  /// Shape of its result.
  public let output: String
  /// Seconds of a step.
  public let seconds: Double
  /// Floating-point operations of its matrix product or convolution; 0 for other kernels.
  public let operations: Int
  /// Bytes that it reads and writes at least.
  public let bytes: Int

  init(_ kernel: Kernel, _ plan: Plan, seconds: Double) {
    let line = PlanReport.line(kernel, plan.program)
    work = line.work
    layer = line.layer
    output = line.output
    self.seconds = seconds
    (operations, bytes) = Self.traffic(kernel, plan)
  }

  private static func traffic(_ kernel: Kernel, _ plan: Plan) -> (Int, Int) {
    let program = plan.program
    func size(_ node: Int) -> Int {
      program.nodes[node].shape.count * (plan.places[node]?.isShort == true ? 2 : 4)
    }
    func whole(_ node: Int) -> Int {
      program.nodes[node].inputs.reduce(size(node)) { $0 + size($1) }
    }
    func group(_ group: FusedGroup) -> Int {
      (group.reads + group.writes).reduce(0) { sum, access in
        let width = plan.places[access.source]?.isShort == true ? 2 : 4
        return sum + width * program.nodes[access.value].shape.count
      }
    }
    switch kernel {
    case .primitive(let node):
      return (program.floatingPointOperations(of: node), whole(node))
    case .maxPool(let node, let taps): return (0, whole(node) + size(taps))
    case .fused(let fused): return (0, group(fused))
    case .product(let node, let epilogue):
      // What the product leaves stays in cache, unless it is written too.
      let operands = whole(node) - size(node)
      return (program.floatingPointOperations(of: node), operands + group(epilogue))
    case .clear(let ranges): return (0, 4 * ranges.reduce(0) { $0 + $1.count })
    case .copy(let node, _): return (0, 2 * size(node))
    }
  }
}
