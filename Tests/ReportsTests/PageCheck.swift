import Foundation
import Testing

/// A page taken apart: it complains of what is not well formed or would load or run something.
struct PageCheck {
  /// Texts of elements by their name, in order, without what stands in elements within.
  private(set) var texts: [String: [String]] = [:]
  /// Everything that a reader would see.
  private(set) var text = ""
  private(set) var problems: [String] = []

  func has(_ element: String, _ text: String) -> Bool { texts[element]?.contains(text) ?? false }

  /// Values of tiles by their text.
  init(_ page: String) {
    guard page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">") else {
      problems = ["no HTML page"]
      return
    }
    var open: [String] = []
    var rest = page.dropFirst("<!DOCTYPE html>".count)
    while let next = rest.firstIndex(of: "<") {
      take(rest[..<next], in: open.last)
      guard let end = rest[next...].firstIndex(of: ">") else {
        problems.append("a tag without end")
        return
      }
      let tag = rest[rest.index(after: next)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        let name = String(tag.dropFirst())
        if open.last != name { problems.append("</\(name)> within \(open.last ?? "nothing")") }
        _ = open.popLast()
        continue
      }
      let name = String(tag.prefix { $0 != " " })
      check(tag.dropFirst(name.count), of: name)
      if ["meta", "img", "br"].contains(name) { continue }
      open.append(name)
      texts[name, default: []].append("")
    }
    if !open.isEmpty { problems.append("\(open) not closed") }
  }

  private mutating func take(_ piece: Substring, in element: String?) {
    if piece.contains(">") { problems.append("a bare > in \(piece.prefix(40))") }
    guard let element, element != "style" else { return }
    let plain = piece.replacingOccurrences(of: "&lt;", with: "<")
      .replacingOccurrences(of: "&gt;", with: ">").replacingOccurrences(of: "&quot;", with: "\"")
      .replacingOccurrences(of: "&#39;", with: "'").replacingOccurrences(of: "&amp;", with: "&")
    text += plain
    guard var all = texts[element], let last = all.indices.last else { return }
    all[last] += plain
    texts[element] = all
  }

  private static let known: Set<String> = [
    "html", "head", "meta", "title", "style", "body", "main", "header", "section", "footer", "div",
    "h1", "h2", "h3", "p", "span", "b", "small", "pre", "br", "ul", "li", "img", "figure",
    "figcaption", "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td",
    "svg", "g", "path", "rect", "circle", "text",
  ]
  private static let attributes: Set<String> = [
    "lang", "charset", "name", "content", "http-equiv", "class", "id", "style", "scope", "src",
    "alt", "title", "width", "height", "viewBox", "role", "aria-label", "d", "x", "y", "cx", "cy",
    "r", "transform",
  ]

  private mutating func check(_ attributes: Substring, of element: String) {
    if !Self.known.contains(element) { problems.append("<\(element)>") }
    var rest = attributes
    while let first = rest.firstIndex(where: { $0 != " " }) {
      rest = rest[first...]
      guard let equals = rest.range(of: "=\""),
        let end = rest[equals.upperBound...].firstIndex(of: "\"")
      else {
        problems.append("attributes \(rest.prefix(40)) of \(element)")
        return
      }
      let name = String(rest[..<equals.lowerBound])
      let value = rest[equals.upperBound..<end]
      if !Self.attributes.contains(name) { problems.append("\(name) of \(element)") }
      if name == "src", !value.hasPrefix("data:image/png;base64,") {
        problems.append("src \(value)")
      }
      if value.contains("nan") && name != "alt" && name != "title" && name != "aria-label" {
        problems.append("\(name)=\(value.prefix(40))")
      }
      rest = rest[rest.index(after: end)...]
    }
  }
}

/// Checks a page and gives what stands in it.
func checked(_ page: String, sourceLocation: SourceLocation = #_sourceLocation) -> PageCheck {
  let check = PageCheck(page)
  #expect(check.problems.isEmpty, "\(check.problems.prefix(5))", sourceLocation: sourceLocation)
  #expect(page.utf8.count < 3_000_000, sourceLocation: sourceLocation)
  return check
}
