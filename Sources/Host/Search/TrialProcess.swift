#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  @preconcurrency import Musl
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// A process of its own that trains a trial, with what it says in a file.
///
/// It has a group of its own: a Ctrl-C at the terminal reaches the search alone, which passes it on once. Two signals
/// would end a run without saving.
struct TrialProcess {
  let index: Int
  private let process: pid_t

  init(_ index: Int, executable: String, arguments: [String], log: String) throws {
    self.index = index
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o666)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var usual = sigset_t()
    sigemptyset(&usual)
    for signal in [SIGINT, SIGTERM, SIGUSR1] { sigaddset(&usual, signal) }
    posix_spawnattr_setsigdefault(&attributes, &usual)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    #if canImport(Darwin)
      let surroundings = _NSGetEnviron().pointee
    #else
      let surroundings = environ
    #endif
    let code = posix_spawn(&process, executable, &actions, &attributes, words, surroundings)
    guard code == 0 else {
      throw RunFailure("\(executable) cannot be run: \(String(cString: strerror(code)))")
    }
    self.process = process
  }

  /// How it ended, in words; empty for an orderly end, `nil` while it runs.
  func end() -> String? {
    var status: Int32 = 0
    let found = waitpid(process, &status, WNOHANG)
    if found == 0 || (found < 0 && errno == EINTR) { return nil }
    guard found == process else { return "its process is lost" }
    let signal = status & 0x7F
    if signal != 0 { return "its process was ended by signal \(signal)" }
    let code = (status >> 8) & 0xFF
    return code == 0 ? "" : "its process ended with status \(code)"
  }

  func send(_ signal: Int32) { kill(process, signal) }
}
