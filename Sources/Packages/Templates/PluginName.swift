/// A plugin's name, however it was written: `CubeRoot`, `cube_root` and `cube-root` are one.
package struct PluginName: Sendable, Hashable {
  /// Of the type: `CubeRoot`.
  package let type: String
  /// In a config: `cube_root`.
  package let config: String

  /// - Throws: ``PackageProblem`` for a text that makes no name, or one that means something else.
  package init(_ text: String) throws(PackageProblem) {
    let words = PluginName.words(text)
    guard let first = text.unicodeScalars.first, first.isASCII, first.properties.isAlphabetic,
      !words.isEmpty,
      text.unicodeScalars.allSatisfy({
        $0.isASCII
          && ($0.properties.isAlphabetic || ("0"..."9").contains($0)
            || "_-".unicodeScalars.contains($0))
      })
    else {
      throw PackageProblem(
        "`\(PluginName.shown(text))` is no name",
        remedy: "begin with a letter and go on with letters, digits, `_` or `-`, as CubeRoot or "
          + "cube_root")
    }
    guard text.utf8.count <= 80 else {
      throw PackageProblem(
        "`\(PluginName.shown(text))` is too long for a name", remedy: "use at most 80 characters")
    }
    let isWritten =
      first.properties.isUppercase && !text.contains(where: { $0 == "_" || $0 == "-" })
    type = isWritten ? text : words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    config = words.joined(separator: "_")
    if TakenNames.keywords.contains(text) || TakenNames.keywords.contains(type) {
      throw PackageProblem(
        "`\(text)` is a word of Swift's grammar", remedy: PluginName.remedy(type))
    }
    if TakenNames.swift.contains(type) {
      throw PackageProblem(
        "`\(type)` is a type of Swift's standard library", remedy: PluginName.remedy(type))
    }
    if TakenNames.espalier.contains(type) {
      throw PackageProblem("`\(type)` is a type of Espalier", remedy: PluginName.remedy(type))
    }
  }

  private static func remedy(_ type: String) -> String {
    "choose another, such as My\(type.prefix(1).uppercased() + type.dropFirst())"
  }

  /// Lower case words; a capital begins one where a small letter is before or behind it: `CSVSource` is
  /// csv and source, `GELU` and `Conv2D` are one.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    let characters = Array(text)
    var word = ""
    func close() {
      if !word.isEmpty { words.append(word.lowercased()) }
      word = ""
    }
    for (place, character) in characters.enumerated() {
      if character == "_" || character == "-" {
        close()
        continue
      }
      if character.isUppercase, place > 0 {
        let before = characters[place - 1]
        let isFollowed = place + 1 < characters.count && characters[place + 1].isLowercase
        if before.isLowercase || isFollowed { close() }
      }
      word.append(character)
    }
    close()
    return words
  }

  /// A text from outside, fit for a message of one line.
  static func shown(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }
    let printable = String(String.UnicodeScalarView(scalars))
    return printable.count <= 60 ? printable : printable.prefix(59) + "…"
  }
}
