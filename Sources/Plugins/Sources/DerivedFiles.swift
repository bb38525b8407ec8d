import EspalierFormats
import EspalierProtocols
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that are made of others, too large for memory, and kept as long as those stay as they are: what was
/// packed unpacked, arrays in another order.
///
/// ```
/// derived/HASH.data     what was made
/// derived/HASH.json     of what, and both files as they were then
/// ```
/// What is there is used where both files are still what they were. Else it is made again, and whatever else in
/// the folder has lost its origin is removed.
package struct DerivedFiles: Sendable {
  /// `nil` where nothing is kept.
  private let folder: String?

  /// - Parameter cache: the folder for all that saves time.
  package init(cache: String?) { folder = cache.map { $0 + "/derived" } }

  package static var standard: DerivedFiles { DerivedFiles(cache: CacheFolder.standard) }

  /// A file that gzip has packed or not, unpacked: in memory where that holds it, else in a file.
  ///
  /// - Parameters:
  ///   - memory: bytes that it may take in memory.
  ///   - parameter: which one names the file, in messages.
  /// - Throws: ``PluginError`` when it is damaged, or there is no room for it.
  func unpacking(_ path: String, memory: Int, parameter: String) throws -> MappedFile {
    let file = try MappedFile(path)
    guard file.isMapped, file.isPacked else { return file }
    let limit = min(memory, machineMemory() / 2)
    if file.bytes.count <= limit, let unpacked = try? MappedFile.unpacking(path, limit: limit) {
      return unpacked
    }
    return try made(of: file, "unpacked", parameter) { target, room in
      try file.unpack(to: target, limit: room)
    }
  }

  /// What was made of a file, now or before, under that file's name.
  ///
  /// - Parameters:
  ///   - kind: what is made; another kind of one file is another file.
  ///   - make: writes it; it may take so many bytes.
  func made(
    of origin: MappedFile, _ kind: String, _ parameter: String,
    make: (_ target: AtomicFile, _ room: Int) throws -> Void
  ) throws -> MappedFile {
    guard let folder, let identity = origin.identity else {
      throw PluginError(
        "\(origin.path) is larger than memory, and there is no folder to keep it \(kind) in",
        parameter: parameter,
        remedy: "name one by the variable ESPALIER_CACHE, or allow more with `data.memory`")
    }
    let path = URL(fileURLWithPath: origin.path).resolvingSymlinksInPath().path
    let name = folder + "/" + CSVIndexFile.hash(kind + "\n" + path)
    var record = DerivedRecord(path: path, kind: kind, origin: identity, made: "")
    if let known = DerivedRecord(name + ".json"), known.path == path, known.kind == kind,
      known.origin == identity, let file = try? MappedFile(name + ".data", named: origin.path),
      file.identity == known.made
    {
      return file
    }
    removeStale(but: name)
    var room = 0
    do {
      try Folder.make(folder)
      room = Self.room(in: folder)
      let target = try AtomicFile(name + ".data")
      try make(target, room)
      try target.commit()
      guard origin.identity == identity else {
        throw FormatError(origin.path, "has changed while it was read")
      }
      let file = try MappedFile(name + ".data", named: origin.path)
      record.made = file.identity ?? ""
      try AtomicFile.write(record.text, to: name + ".json")
      return file
    } catch let error as FormatError where error.file == origin.path {
      throw PluginError(error.description, parameter: parameter)
    } catch {
      throw PluginError(
        "\(error)", parameter: parameter,
        remedy:
          "\(origin.path) is kept \(kind) in \(folder), where \(room >> 20) MiB are free: make room, name "
          + "another folder by the variable ESPALIER_CACHE, or allow more with `data.memory`")
    }
  }

  /// Bytes that a file may take there; some are left to others.
  private static func room(in folder: String) -> Int {
    let facts = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    let free = (facts?[.systemFreeSize] as? NSNumber)?.intValue ?? .max
    return free - free / 20
  }

  /// Removes what is of no use to anybody: files of origins that are gone or others now, and parts that a killed
  /// process left.
  private func removeStale(but kept: String) {
    guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    else {
      return
    }
    for name in names {
      let path = folder + "/" + name
      if name.hasSuffix(".tmp") {
        // HASH.data.PROCESS-NUMBER.tmp
        let parts = name.split(separator: ".")
        guard parts.count >= 2, let process = parts[parts.count - 2].split(separator: "-").first,
          let number = Int32(process), number > 0, kill(number, 0) != 0, errno == ESRCH
        else { continue }
        unlink(path)
      } else if name.hasSuffix(".json"), path != kept + ".json" {
        if let record = DerivedRecord(path), let origin = try? MappedFile(record.path),
          origin.identity == record.origin
        {
          continue
        }
        unlink(path)
        unlink(String(path.dropLast(5)) + ".data")
      }
    }
  }
}

/// What a file was made of, and when.
private struct DerivedRecord {
  let path: String
  let kind: String
  let origin: String
  var made: String

  init(path: String, kind: String, origin: String, made: String) {
    (self.path, self.kind, self.origin, self.made) = (path, kind, origin, made)
  }

  /// `nil` where there is none.
  init?(_ file: String) {
    guard FileManager.default.fileExists(atPath: file), let json = try? JSON.read(file),
      case .text(let path)? = json["path"], case .text(let kind)? = json["kind"],
      case .text(let origin)? = json["origin"], case .text(let made)? = json["made"]
    else { return nil }
    self.init(path: path, kind: kind, origin: origin, made: made)
  }

  var text: String {
    JSON.object([
      .init("path", .text(path)), .init("kind", .text(kind)), .init("origin", .text(origin)),
      .init("made", .text(made)),
    ]).serialized + "\n"
  }
}

/// The folder for what saves time from run to run.
enum CacheFolder {
  /// `ESPALIER_CACHE`, else the system's folder for such things; `nil` where there is none.
  static var standard: String? {
    let environment = ProcessInfo.processInfo.environment
    func named(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    #if os(macOS)
      let home = named("HOME").map { $0 + "/Library/Caches/espalier" }
    #else
      let home = named("HOME").map { $0 + "/.cache/espalier" }
    #endif
    return named("ESPALIER_CACHE") ?? named("XDG_CACHE_HOME").map { $0 + "/espalier" } ?? home
  }
}
