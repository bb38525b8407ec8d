import Foundation

/// A repository at an address, as git sees it.
struct GitRepository: Sendable {
  let address: String
  private let git: ChildProcess

  init(_ address: String, environment: [String: String]) throws(PackageProblem) {
    guard let git = ChildProcess(named: "git", environment: environment) else {
      throw PackageProblem(
        "\(address) needs git, which is not in the search path",
        remedy: "install git, or name a folder")
    }
    self.git = git
    self.address = address
  }

  /// A commit, and what it is called.
  struct Commit: Sendable {
    let name: String
    let revision: String
  }

  /// The commit of the highest version, else that of the default branch.
  func newest() throws(PackageProblem) -> (commit: Commit, version: PackageReference.Version) {
    let all = try references()
    let tags = all.compactMap { name, revision in
      Self.version(ofTag: name).map { (version: $0, revision: revision) }
    }
    let released = tags.filter { $0.version.prerelease.isEmpty }
    if let best = released.max(by: { $0.version < $1.version }) {
      return (Commit(name: "\(best.version)", revision: best.revision), .exact(best.version))
    }
    guard let head = all["HEAD"] else {
      throw PackageProblem("\(address) is empty: it has neither a version nor a branch")
    }
    return (Commit(name: String(head.prefix(7)), revision: head), .revision(head))
  }

  /// The commit of a version.
  func commit(of version: SemanticVersion) throws(PackageProblem) -> Commit {
    let all = try references()
    if let match = all.first(where: { Self.version(ofTag: $0.key) == version }) {
      return Commit(name: "\(version)", revision: match.value)
    }
    let known = all.keys.compactMap(Self.version(ofTag:)).sorted(by: >)
    throw PackageProblem(
      "\(address) has no version \(version)",
      remedy: known.isEmpty
        ? "it has no versions at all: name a commit or a branch"
        : "it has " + known.prefix(5).map(\.description).joined(separator: ", ")
          + (known.count > 5 ? " and older ones" : ""))
  }

  /// The commit of a branch or tag.
  func commit(named name: String) throws(PackageProblem) -> Commit {
    let all = try references()
    if let revision = all["refs/tags/" + name] ?? all["refs/heads/" + name] {
      return Commit(name: "\(name) (\(revision.prefix(7)))", revision: revision)
    }
    let branches = all.keys.filter { $0.hasPrefix("refs/heads/") }.map { $0.dropFirst(11) }.sorted()
    throw PackageProblem(
      "\(address) has no branch or tag `\(name)`",
      remedy: "it has the branches " + branches.prefix(5).joined(separator: ", "))
  }

  /// Writes the files of a commit, without their history, into a folder that is not there yet.
  func checkOut(_ revision: String, to folder: String) throws(PackageProblem) {
    let files = FileManager.default
    let temporary = "\(folder).\(ProcessInfo.processInfo.processIdentifier).tmp"
    try? files.removeItem(atPath: temporary)
    defer { try? files.removeItem(atPath: temporary) }
    try call(["clone", "--quiet", "--no-checkout", "--", address, temporary])
    let outcome = try git.run(
      ["checkout", "--quiet", "--detach", revision], in: temporary, environment: Self.quiet)
    guard outcome.status == 0 else {
      throw PackageProblem(
        "\(address) has no commit \(revision)", remedy: "name one of its versions or commits")
    }
    try? files.removeItem(atPath: temporary + "/.git")
    do {
      try files.moveItem(atPath: temporary, toPath: folder)
    } catch {
      // Another process may have been faster.
      guard files.fileExists(atPath: folder) else {
        throw PackageProblem("\(folder) cannot be written: \(error.localizedDescription)")
      }
    }
  }

  // MARK: Calls

  // A question for a password would wait for ever: no one sees it.
  private static let quiet = ["GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"]

  /// All names of commits, as `refs/tags/1.2.0`, and `HEAD`.
  private func references() throws(PackageProblem) -> [String: String] {
    var result: [String: String] = [:]
    for line in try call(["ls-remote", "--", address]).split(separator: "\n") {
      let parts = line.split(separator: "\t")
      guard parts.count == 2, parts[0].count >= 40 else { continue }
      let name = String(parts[1])
      // A tag with a text of its own is followed by the commit that it stands for.
      if name.hasSuffix("^{}") {
        result[String(name.dropLast(3))] = String(parts[0])
      } else if result[name] == nil {
        result[name] = String(parts[0])
      }
    }
    return result
  }

  private static func version(ofTag name: String) -> SemanticVersion? {
    name.hasPrefix("refs/tags/") ? SemanticVersion(name.dropFirst(10)) : nil
  }

  @discardableResult
  private func call(_ arguments: [String]) throws(PackageProblem) -> String {
    let outcome = try git.run(arguments, in: "/", environment: Self.quiet)
    guard outcome.status == 0 else {
      let said = outcome.output.split(separator: "\n")
        .first { $0.hasPrefix("fatal:") || $0.hasPrefix("ERROR:") || $0.hasPrefix("error:") }
      throw PackageProblem(
        "\(address) cannot be read: " + (said.map(String.init) ?? "git \(arguments[0]) failed"),
        remedy: "see whether `git ls-remote \(address)` works")
    }
    return outcome.output
  }
}
