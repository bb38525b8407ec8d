/// Finds the names that a misspelt one was probably meant to be.
package enum Suggestion {
  /// The most likely names, best first, at most three; empty when none is near enough to be a help.
  package static func nearest(_ text: String, among names: [String]) -> [String] {
    // Longer texts are no misspelt names, and comparing them takes time.
    guard text.utf8.count <= 64 else { return [] }
    let known = Array(Set(names)).sorted()
    let meant = synonyms(of: text).filter(known.contains)
    if !meant.isEmpty { return Array(meant.prefix(3)) }
    let scored = known.compactMap { name in
      score(text, name).map { (name: name, score: $0) }
    }.sorted { ($0.score, $0.name) < ($1.score, $1.name) }
    guard let best = scored.first?.score else { return [] }
    return scored.prefix { $0.score <= best + 0.5 }.prefix(3).map(\.name)
  }

  /// Whether a name is what others call this one.
  static func isSynonym(_ text: String, of name: String) -> Bool {
    synonyms(of: text).contains(name)
  }

  private static func synonyms(of text: String) -> [String] {
    Synonyms.table[text.lowercased().filter { $0 != "-" && $0 != " " }] ?? []
  }

  /// How far a name is from what was written; `nil` when it is too far.
  static func score(_ text: String, _ name: String) -> Double? {
    let written = normalized(text)
    let known = normalized(name)
    guard !written.isEmpty, !known.isEmpty else { return nil }
    if written == known { return 0 }
    let distance = distance(written, known)
    let longest = max(written.count, known.count)
    // A third of the letters may be wrong; in words of two or three letters, none or one.
    let allowed = longest <= 2 ? 0 : longest <= 5 ? 1 : min(longest / 3, 4)
    if distance <= allowed { return Double(distance) }
    let shortest = min(written.count, known.count)
    guard shortest >= 3 else { return nil }
    if written.starts(with: known) || known.starts(with: written) { return 4.25 }
    if contains(written, known) || contains(known, written) { return 4.75 }
    return nil
  }

  /// Lower case, without what joins words: `learningRate` and `learning_rate` are one.
  private static func normalized(_ text: String) -> [UInt8] {
    text.lowercased().utf8.filter { byte in
      !"_-. /".utf8.contains(byte)
    }
  }

  private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    guard part.count <= text.count else { return false }
    return (0...(text.count - part.count)).contains { text[$0...].starts(with: part) }
  }

  /// Damerau and Levenshtein: letters inserted, left out, replaced, or two neighbours exchanged.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    var row = last
    for i in 1...a.count {
      row[0] = i
      for j in 1...b.count {
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      (beforeLast, last, row) = (last, row, beforeLast)
    }
    return last[b.count]
  }
}
