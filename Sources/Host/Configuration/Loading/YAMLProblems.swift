import EspalierYAML

/// A program's nodes have the same name.
typealias YAMLNode = EspalierYAML.Node

extension YAMLError {
  /// The reader's complaint as a diagnostic of a config.
  func diagnostic(in text: ConfigText, _ origin: [String], shift: Int = 0) -> Diagnostic {
    func place(_ position: SourcePosition, length: Int) -> ConfigPlace {
      ConfigPlace(
        file: text.name, line: text.number(of: position.line), column: position.column,
        length: length, text: text)
    }
    // What was found is quoted in the message already, when it stands in backticks.
    let quoted = found.map { $0.hasPrefix("`") && $0.hasSuffix("`") } ?? false
    // At the end of the text there is nothing to show: the other place tells more.
    if let related, text.line(text.number(of: position.line))?.isEmpty ?? true {
      return Diagnostic(
        code, message, at: place(related.position, length: 1), origin: origin,
        label: "\(related.label) here")
    }
    let length = quoted ? (found?.unicodeScalars.count ?? 3) - 2 : 1
    var message = self.message
    if let found { message += ", found \(found)" }
    return Diagnostic(
      code, message, at: place(position, length: length), origin: origin, found: found,
      label: hint ?? slip(in: text),
      notes: related.map { [.init($0.label, at: place($0.position, length: 1))] } ?? [])
  }

  /// The reader tells its errors apart by words alone.
  private var code: DiagnosticCode {
    if message.contains("UTF-") { return .encoding }
    if message.contains("`<<`") { return .mergeKey }
    if message.contains("alias") && message.contains("more than") { return .tooLarge }
    if message.contains("alias") || message.contains("anchor") { return .alias }
    if message.contains("more than one document") { return .syntax }
    if message.contains("more than") || message.contains("deep") { return .tooLarge }
    return .syntax
  }

  /// The slip that is behind many a complaint.
  private func slip(in text: ConfigText) -> String? {
    guard let line = text.line(text.number(of: position.line)) else { return nil }
    if line.contains("${env:"), message.contains("}") || message.contains("]") {
      return "within braces or brackets, `${env:…}` needs quotes: \"${env:NAME}\""
    }
    // `epochs:5` is one word, which is noticed only on the next line.
    let lines = [related.flatMap { text.line(text.number(of: $0.position.line)) }, line]
    for case let line? in lines {
      let words = line.drop { $0 == " " || $0 == "-" }
      let key = words.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      let rest = words.dropFirst(key.count)
      if !key.isEmpty, rest.first == ":", let next = rest.dropFirst().first, next != " ",
        next != "/"
      {
        return "a blank must stand behind the colon: `\(key): \(rest.dropFirst().prefix(20))`"
      }
    }
    return nil
  }
}
