import EspalierKernels
import EspalierProtocols

/// Runs plans on the processor with the C kernels.
public struct CPUBackend: Backend {
  public static let manifest = Manifest(
    "cpu", "the processor, with kernels chosen for its instruction set at run time")

  public static let optimizes = true
  public init() {}

  public func makeMemory() -> any VariableMemory { CPUMemory() }

  public func load(_ plan: Plan, memory: any VariableMemory) throws -> any Executable {
    guard let memory = memory as? CPUMemory else {
      throw PluginError("the cpu backend was given another backend's memory")
    }
    memory.allocate(plan.program.variables)
    return try CPUExecutable(plan, memory)
  }

  /// Sets the number of threads that kernels use.
  public static func setThreads(_ count: Int) { esp_set_thread_count(Int32(clamping: count)) }

  public static var threads: Int { Int(esp_thread_count()) }

  /// The instruction set in use: "avx512", "avx2", "neon" or "plain".
  public static var instructionSet: String { String(cString: esp_instruction_set()) }
}
