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

  public func setThreads(_ count: Int) {
    esp_set_thread_count(count > 0 ? Int32(clamping: count) : Self.coreCount)
  }

  /// What the pool chose at first: the cores that the process may use, or ESPALIER_THREADS.
  private static let coreCount = esp_thread_count()

  public var summary: String {
    let threads = esp_thread_count()
    let library = esp_matrix_library().map { " with " + String(cString: $0) } ?? ""
    return "cpu, \(String(cString: esp_instruction_set()))\(library), "
      + "\(threads) thread\(threads == 1 ? "" : "s")"
  }
}
