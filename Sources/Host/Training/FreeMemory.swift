#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is free within the process's heap, and the system does not know of.
enum FreeMemory {
  /// Gives it back.
  ///
  /// To compose a run takes arrays as large as the model and the data. A heap keeps them for the next ones, which a
  /// step, that allocates nothing, never asks for.
  static func giveBack() {
    #if canImport(Glibc)
      typealias Function = @convention(c) (Int) -> Int32
      // Glibc's module leaves <malloc.h> out.
      guard let trim = dlsym(nil, "malloc_trim") else { return }
      _ = unsafeBitCast(trim, to: Function.self)(0)
    #elseif canImport(Darwin)
      malloc_zone_pressure_relief(nil, 0)
    #endif
  }
}
