/// A version in three numbers, with what marks it as one before the release: `1.2.0-beta.1`.
package struct SemanticVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  let numbers: [Int]
  let prerelease: String

  /// Reads `1.2.0` or `v1.2.0`.
  package init?(_ text: some StringProtocol) {
    var body = text.hasPrefix("v") ? String(text.dropFirst()) : String(text)
    if let plus = body.firstIndex(of: "+") { body = String(body[..<plus]) }
    let cut = body.firstIndex(of: "-")
    let numbers = body[..<(cut ?? body.endIndex)]
      .split(separator: ".", omittingEmptySubsequences: false).map { part in
        part.allSatisfy { ("0"..."9").contains($0) } ? Int(part) : nil
      }
    let known = numbers.compactMap { $0 }
    guard numbers.count == 3, known.count == 3 else { return nil }
    self.numbers = known
    prerelease = cut.map { String(body[body.index(after: $0)...]) } ?? ""
    if cut != nil, prerelease.isEmpty { return nil }
  }

  package var description: String {
    numbers.map(String.init).joined(separator: ".") + (prerelease.isEmpty ? "" : "-" + prerelease)
  }

  package static func < (left: Self, right: Self) -> Bool {
    if left.numbers != right.numbers {
      return left.numbers.lexicographicallyPrecedes(right.numbers)
    }
    // What comes before a release is less than the release.
    if left.prerelease.isEmpty || right.prerelease.isEmpty {
      return !left.prerelease.isEmpty && right.prerelease.isEmpty
    }
    for (one, other) in zip(
      left.prerelease.split(separator: "."), right.prerelease.split(separator: "."))
    where one != other {
      if let one = Int(one), let other = Int(other) { return one < other }
      // Numbers come before words.
      if (Int(one) == nil) != (Int(other) == nil) { return Int(one) != nil }
      return one < other
    }
    return left.prerelease.count < right.prerelease.count
  }
}
