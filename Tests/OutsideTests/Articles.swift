import Foundation

/// A block of code in an article, with what the comment above it says of it.
struct ArticleBlock {
  let language: String
  /// `<!-- statements -->` above a block: it stands within a function.
  let mark: String
  let text: String
  let line: Int
}

/// A page of the documentation with its blocks of code.
struct Article {
  let name: String
  let blocks: [ArticleBlock]

  init(path: String) throws {
    name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    var blocks: [ArticleBlock] = []
    var open: (language: String, lines: [String], line: Int)?
    var mark = ""
    let lines = try String(contentsOfFile: path, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      if line.hasPrefix("```") {
        if let block = open {
          blocks.append(
            ArticleBlock(
              language: block.language, mark: mark, text: block.lines.joined(separator: "\n"),
              line: block.line))
          open = nil
          mark = ""
        } else {
          open = (String(line.dropFirst(3)), [], number + 2)
        }
      } else if open != nil {
        open!.lines.append(String(line))
      } else if line.hasPrefix("<!-- "), line.hasSuffix(" -->") {
        mark = String(line.dropFirst(5).dropLast(4))
      }
    }
    self.blocks = blocks
  }

  /// One source file with all blocks: declarations as they are, statements within functions.
  func source(path: String) -> String? {
    let swift = blocks.filter { $0.language == "swift" && $0.mark != "manifest" }
    guard !swift.isEmpty else { return nil }
    var imports: Set<String> = []
    var body = ""
    for (number, block) in swift.enumerated() {
      let lines = block.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        // Their lines stay, so that the compiler's numbers are the article's.
        guard line.hasPrefix("import ") else { return String(line) }
        imports.insert(String(line))
        return ""
      }
      let place = "#sourceLocation(file: \"\(path)\", line: \(block.line))\n"
      let text = place + lines.joined(separator: "\n") + "\n#sourceLocation()\n"
      body +=
        block.mark == "statements"
        ? "@MainActor func statements\(number)() async throws {\n\(text)}\n" : text
    }
    return imports.sorted().joined(separator: "\n") + "\n" + body
  }
}
