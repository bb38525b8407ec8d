/// What `swift build` wrote, of which a person needs the errors first.
struct CompilerOutput {
  private let lines: [Substring]

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The errors with their places and excerpts, each once; of what is no compiler's, the plain lines.
  /// `nil` when there is none.
  ///
  /// - Parameter most: how many are shown; the others are counted.
  func errors(atMost most: Int = 10) -> String? {
    var blocks: [String] = []
    var known = Set<String>()
    var index = 0
    while index < lines.count {
      defer { index += 1 }
      guard Self.isHead(lines[index], "error: "), known.insert(String(lines[index])).inserted else {
        continue
      }
      var block = [lines[index]]
      // The excerpt: numbered source lines, and lines of carets or labels.
      while index + 1 < lines.count, Self.belongsToExcerpt(lines[index + 1]) {
        index += 1
        block.append(lines[index])
      }
      blocks.append(block.joined(separator: "\n"))
    }
    if blocks.isEmpty {
      blocks = lines.filter { $0.hasPrefix("error: ") && known.insert(String($0)).inserted }
        .filter { !$0.contains("command failed with exit code") && !$0.contains("fatalError") }
        .map(String.init)
    }
    guard !blocks.isEmpty else { return nil }
    let rest = blocks.count - most
    return blocks.prefix(most).joined(separator: "\n")
      + (rest > 0 ? "\n… and \(rest) more error\(rest == 1 ? "" : "s")" : "")
  }

  /// The modules of which it says that they have no member of this name.
  func modulesWithout(_ member: String) -> [String] {
    modules { "error: module '\($0)' has no member named '\(member)'" }
  }

  /// The modules whose own type of the same name hides a member.
  func modulesHiding(_ member: String) -> [String] {
    modules { "error: type '\($0)' has no member '\(member)'" }
  }

  private func modules(_ message: (String) -> String) -> [String] {
    var result: [String] = []
    for line in lines {
      let parts = line.split(separator: "'")
      guard parts.count > 1, line.contains(message(String(parts[1]))),
        !result.contains(String(parts[1]))
      else { continue }
      result.append(String(parts[1]))
    }
    return result
  }

  /// `/path/file.swift:3:5: error: …`
  private static func isHead(_ line: Substring, _ mark: String) -> Bool {
    guard let range = line.firstRange(of: mark) else { return false }
    let place = line[..<range.lowerBound].split(separator: ":")
    return place.count >= 4 && Int(place[place.count - 2]) != nil
      && Int(place[place.count - 3]) != nil
      || place.count == 3 && Int(place[1]) != nil && place[2] == " "
  }

  private static func belongsToExcerpt(_ line: Substring) -> Bool {
    let start = line.drop { $0 == " " }
    guard let bar = start.firstIndex(of: "|") else { return false }
    return start[..<bar].allSatisfy { $0.isNumber || $0 == " " }
  }
}
