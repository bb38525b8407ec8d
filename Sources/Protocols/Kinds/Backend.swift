/// Runs planned programs on some hardware.
public protocol Backend: Plugin {
  /// Whether the backend runs optimized plans; otherwise each node comes as a kernel of its own.
  static var optimizes: Bool { get }

  /// Sets how many threads compute; 0 for as many as the machine has cores.
  func setThreads(_ count: Int)

  /// What computes, for the run's summary: processor, instruction set, threads.
  var summary: String { get }

  /// Storage for variables, shared by all programs of a model.
  func makeMemory() throws -> any VariableMemory

  /// Makes a plan ready to run. Variables that the memory does not hold yet are allocated as zeros.
  func load(_ plan: Plan, memory: any VariableMemory) throws -> any Executable
}

extension Backend {
  public func setThreads(_ count: Int) {}
  public var summary: String { pluginName }
}

/// The values of variables between runs.
public protocol VariableMemory: AnyObject {
  /// Makes room for variables that have none yet; a variable within a flat one shares its place.
  func allocate(_ variables: [Variable]) throws
  /// Copies a variable's elements.
  func read(_ variable: Variable) -> [Float]
  /// - Precondition: as many values as the variable has elements.
  func write(_ variable: Variable, _ values: [Float])
  /// Copies some of a variable's elements.
  func read(_ variable: Variable, _ range: Range<Int>) -> [Float]
  /// Changes some of a variable's elements, from an offset on.
  func write(_ variable: Variable, at offset: Int, _ values: [Float])
}

extension VariableMemory {
  public func read(_ variable: Variable, _ range: Range<Int>) -> [Float] {
    Array(read(variable)[range])
  }
  public func write(_ variable: Variable, at offset: Int, _ values: [Float]) {
    var all = read(variable)
    all.replaceSubrange(offset..<offset + values.count, with: values)
    write(variable, all)
  }
}

/// A program that is ready to run.
public protocol Executable: AnyObject {
  /// Runs the program once; allocates nothing.
  ///
  /// - Parameters:
  ///   - inputs: the memory of each input, in the program's order, valid during the call.
  ///   - seed, step: what random numbers depend on, beside their streams.
  /// - Throws: when an index is out of range, or, in a debugging backend, at the first non-finite value.
  func run(inputs: UnsafeBufferPointer<UnsafePointer<Float>>, seed: UInt64, step: UInt64) throws

  /// Runs the program once, and adds the seconds that each of the plan's kernels took.
  ///
  /// - Parameter seconds: one number a kernel of the plan.
  /// - Returns: whether they were added; false from a backend that cannot tell them.
  func run(
    inputs: UnsafeBufferPointer<UnsafePointer<Float>>, seed: UInt64, step: UInt64,
    timing seconds: inout [Double]
  ) throws -> Bool

  /// The elements of an output after a run, valid until the next.
  func output(_ index: Int) -> UnsafeBufferPointer<Float>

  /// Bytes of temporary memory.
  var arenaBytes: Int { get }
}

extension Executable {
  public func run(
    inputs: UnsafeBufferPointer<UnsafePointer<Float>>, seed: UInt64, step: UInt64,
    timing seconds: inout [Double]
  ) throws -> Bool {
    try run(inputs: inputs, seed: seed, step: step)
    return false
  }
}
