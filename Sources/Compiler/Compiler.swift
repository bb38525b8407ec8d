import EspalierProtocols

/// Turns recorded programs into plans.
///
/// The passes, in order: `Simplifier` (dead code, common values, constants, layout of images), `Fusion`
/// (which nodes run as one), `Scheduler` (their order), `Placement` (where each value lies).
public enum Compiler {
  /// - Parameter optimizing: whether to fuse and simplify; otherwise each node is a kernel of its own
  ///   and nothing is rewritten.
  public static func plan(_ program: Program, optimizing: Bool = true) -> Plan {
    plan(program, optimizing: optimizing, storesShort: true)
  }

  /// - Parameters:
  ///   - storesShort: whether rounded values may take 16 bits; results have the same bits either way.
  ///   - size: elements from which on the update of a variable comes as early as it can; the usual number unless
  ///     given.
  package static func plan(
    _ program: Program, optimizing: Bool = true, storesShort: Bool, earlyFrom size: Int? = nil
  ) -> Plan {
    guard optimizing else {
      return Plan(
        program: program, kernels: program.nodes.indices.map { .primitive($0) },
        places: program.nodes.map { _ in nil }, arenaCount: 0)
    }
    let simplified = Simplifier.simplify(program).keepingOldValues()
    let units = Fusion(simplified).units()
    let order = Scheduler.order(
      units, in: simplified, earlyFrom: size ?? EarlyUpdates.smallest)
    return Placement(simplified, order, storesShort: storesShort).plan()
  }
}
