#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why a file could not be read, in the system's words.
struct ConfigFileProblem: Error {
  let reason: String
  let isMissing: Bool
}

/// Reads whole files, and joins paths.
enum ConfigFiles {
  /// No config is larger; what is, would only be refused later.
  static let largest = 16 << 20

  /// The bytes of a file; `-` is standard input.
  static func read(_ path: String) throws(ConfigFileProblem) -> [UInt8] {
    let isInput = path == "-"
    guard !path.utf8.contains(0) else {
      throw ConfigFileProblem(reason: "the name holds a NUL character", isMissing: true)
    }
    let descriptor = isInput ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw problem() }
    defer { if !isInput { _ = close(descriptor) } }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes {
        #if canImport(Glibc)
          Glibc.read(descriptor, $0.baseAddress, $0.count)
        #elseif canImport(Musl)
          Musl.read(descriptor, $0.baseAddress, $0.count)
        #else
          Darwin.read(descriptor, $0.baseAddress, $0.count)
        #endif
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw problem() }
      if count == 0 { return result }
      result.append(contentsOf: buffer[..<count])
      guard result.count <= largest else {
        throw ConfigFileProblem(
          reason: "it is larger than the \(largest >> 20) MB that a config may have",
          isMissing: false)
      }
    }
  }

  private static func problem() -> ConfigFileProblem {
    let code = errno
    let reason =
      switch code {
      case ENOENT: "there is no such file"
      case EISDIR: "it is a folder"
      case EACCES: "it may not be read"
      default: String(cString: strerror(code))
      }
    return ConfigFileProblem(reason: reason, isMissing: code == ENOENT)
  }

  /// The folder of a file: `runs/a.yaml` → `runs`, `a.yaml` → `.`.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The name of a file without folder and ending: `runs/a.yaml` → `a`.
  static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// Whether a path is relative to a folder; addresses and what lies in the user's home are not.
  static func isRelative(_ path: String) -> Bool {
    !path.isEmpty && !path.hasPrefix("/") && path != "~" && !path.hasPrefix("~/")
      && !isAddress(path)
  }

  /// `https://host/path`, or `git@host:path`.
  private static func isAddress(_ path: String) -> Bool {
    if path.contains("://") { return true }
    guard let at = path.firstIndex(of: "@"), let colon = path.firstIndex(of: ":") else {
      return false
    }
    return at < colon && !path[..<colon].contains("/")
  }

  /// A path as seen from where its folder's path is seen from, without needless `.` and `..`.
  static func join(_ folder: String, _ path: String) -> String {
    if path.hasPrefix("/") { return normalized(path) }
    return normalized(folder == "." ? path : folder + "/" + path)
  }

  static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    let text = parts.joined(separator: "/")
    return path.hasPrefix("/") ? "/" + text : text.isEmpty ? "." : text
  }

  /// A path from the root, for one as seen from where the program runs.
  static func absolute(_ path: String) -> String {
    guard let here = getcwd(nil, 0) else { return path }
    defer { free(here) }
    return join(String(cString: here), path)
  }

  /// The path that leads from one folder to a file, both seen from the same place.
  static func relative(_ path: String, to folder: String) -> String {
    let target = normalized(path).split(separator: "/")
    let base = normalized(folder).split(separator: "/").filter { $0 != "." }
    guard path.hasPrefix("/") == folder.hasPrefix("/"), !base.contains("..") else { return path }
    var shared = 0
    while shared < min(target.count, base.count), target[shared] == base[shared] { shared += 1 }
    let up = [Substring](repeating: "..", count: base.count - shared)
    return (up + target[shared...]).joined(separator: "/")
  }
}
