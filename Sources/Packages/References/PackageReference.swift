import Foundation

/// A package of plugins as a person names it: a folder, or the address of a repository with perhaps
/// a version behind `@`.
package struct PackageReference: Sendable, Hashable {
  package enum Place: Sendable, Hashable {
    /// The full path of a folder.
    case folder(String)
    /// An address that git knows.
    case repository(String)
  }
  package enum Version: Sendable, Hashable {
    case exact(SemanticVersion)
    /// A commit by its hexadecimal name or the beginning of it.
    case revision(String)
    /// A branch, or a tag that is no version.
    case named(String)
  }

  /// As it was written.
  package let text: String
  package let place: Place
  /// What stands behind the `@`.
  package let version: Version?

  /// Reads a reference.
  ///
  /// - Parameters:
  ///   - folder: what a relative path is relative to.
  ///   - home: what `~` stands for.
  /// - Throws: ``PackageProblem`` when it is neither.
  package init(
    _ text: String, relativeTo folder: String, home: String?
  ) throws(PackageProblem) {
    do throws(PackageProblem) {
      guard !text.isEmpty else {
        throw PackageProblem(
          "a reference to a package is empty", remedy: "name a folder or an address")
      }
      self.text = text
      guard let start = Self.pathStart(text) else {
        place = .folder(try Self.folder(text, folder, home))
        version = nil
        return
      }
      // Before the path an `@` belongs to the address: git@host:path.
      let sign = text[start...].lastIndex(of: "@").flatMap { at in
        at > start && text[text.index(before: at)] != "/" ? at : nil
      }
      let address = String(text[..<(sign ?? text.endIndex)])
      guard start < address.endIndex, address.last != "/" else {
        throw PackageProblem(
          "`\(text)` is no address of a package",
          remedy: "write it like https://host/name.git@1.2.0")
      }
      place = .repository(address)
      version = try sign.map { at throws(PackageProblem) in
        try Self.version(String(text[text.index(after: at)...]), of: text)
      }
    } catch {
      throw error.about(text)
    }
  }

  /// The same reference once its version is known.
  init(_ other: PackageReference, version: Version) {
    text = other.text
    place = other.place
    self.version = version
  }

  /// Whether a text is an address, not a folder.
  static func isAddress(_ text: String) -> Bool { pathStart(text) != nil }

  private static let schemes = ["https", "http", "ssh", "git", "file"]

  /// Where the path of an address begins; `nil` for a folder.
  private static func pathStart(_ text: String) -> String.Index? {
    if let range = text.range(of: "://") {
      guard schemes.contains(text[..<range.lowerBound].lowercased()) else { return nil }
      let path = text[range.upperBound...].firstIndex(of: "/") ?? text.endIndex
      return path < text.endIndex ? text.index(after: path) : path
    }
    // name@host:path, as scp and git write it.
    guard let at = text.firstIndex(of: "@"), let colon = text.firstIndex(of: ":"), at < colon,
      !text[..<colon].contains("/"), at > text.startIndex
    else { return nil }
    return text.index(after: colon)
  }

  private static func folder(
    _ text: String, _ folder: String, _ home: String?
  ) throws(PackageProblem) -> String {
    if let range = text.range(of: "://") {
      throw PackageProblem(
        "`\(text[..<range.lowerBound])` is no way to reach a package",
        remedy: "an address begins with \(schemes.map { $0 + "://" }.joined(separator: ", "))")
    }
    var path = text
    if path == "~" || path.hasPrefix("~/") {
      guard let home else {
        throw PackageProblem(
          "`~` stands for nothing here: HOME is not set", remedy: "write the full path")
      }
      path = home + path.dropFirst()
    }
    let base = URL(fileURLWithPath: folder, isDirectory: true)
    let full = URL(fileURLWithPath: path, relativeTo: base).standardizedFileURL.path
    if !FileManager.default.fileExists(atPath: full), let at = full.lastIndex(of: "@"),
      FileManager.default.fileExists(atPath: String(full[..<at]))
    {
      throw PackageProblem(
        "`\(text)` is a folder, which has no version", remedy: "leave `\(full[at...])` out")
    }
    return full
  }

  private static func version(
    _ text: String, of reference: String
  ) throws(PackageProblem) -> Version {
    guard let first = text.first else {
      throw PackageProblem(
        "behind the `@` of `\(reference)` a version is missing", remedy: "write @1.2.0")
    }
    if "^~<>=*".contains(first) || text.contains("*") || text.contains(" ") {
      throw PackageProblem(
        "`\(text)` is a range of versions", remedy: "name one version, such as @1.2.0")
    }
    if let version = SemanticVersion(text) { return .exact(version) }
    let isHexadecimal = text.allSatisfy { ("0"..."9").contains($0) || ("a"..."f").contains($0) }
    return isHexadecimal && (7...40).contains(text.count) ? .revision(text) : .named(text)
  }

  /// What a config needs of it: an address with a version that means the same tomorrow.
  package func checkIsReproducible() throws(PackageProblem) {
    guard case .repository(let address) = place else { return }
    switch version {
    case .exact, .revision: return
    case nil:
      throw PackageProblem(
        "`\(text)` names no version, and the run could not be repeated",
        remedy: "write \(address)@1.2.0, or a commit", reference: text)
    case .named(let name):
      throw PackageProblem(
        "`\(name)` is no version: a branch moves on, and the run could not be repeated",
        remedy: "write \(address)@1.2.0, or a commit", reference: text)
    }
  }

  /// The name that SwiftPM knows the package by: the last part of its place.
  package var identity: String {
    switch place {
    case .folder(let path): (path as NSString).lastPathComponent
    case .repository(let address): Self.lastName(of: address)
    }
  }

  /// `https://host/team/acme.git` → `acme`
  static func lastName(of address: String) -> String {
    let name = address.split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? address
    return name.hasSuffix(".git") ? String(name.dropLast(4)) : name
  }

  /// The folder or address, as messages and listings tell it.
  package var location: String {
    switch place {
    case .folder(let path): path
    case .repository(let address): address
    }
  }
}
