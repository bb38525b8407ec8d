#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  @preconcurrency import Musl
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// The signals that a thread holds back.
///
/// Another program inherits them from the thread that starts it, and threads of Dispatch hold back
/// nearly all: a shell that never hears that its child ended waits for ever.
package enum SignalMask {
  /// Does something while this thread holds back nothing.
  package static func open<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return try body()
  }
}
