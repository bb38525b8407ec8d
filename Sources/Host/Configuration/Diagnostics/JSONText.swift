import EspalierProtocols

/// Writes a value as JSON with its keys in their own order.
package enum JSONText {
  package static func text(_ value: ConfigValue, indentation: Int = 0) -> String {
    let margin = String(repeating: "  ", count: indentation + 1)
    let end = String(repeating: "  ", count: indentation)
    switch value {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .integer(let number): return "\(number)"
    // JSON has no infinities and no NaN; text says at least what was meant.
    case .number(let number): return number.isFinite ? "\(number)" : quoted(value.description)
    case .text(let text): return quoted(text)
    case .list(let values):
      if values.isEmpty { return "[]" }
      let isFlat = values.allSatisfy(isScalar)
      let parts = values.map { text($0, indentation: indentation + 1) }
      return isFlat
        ? "[" + parts.joined(separator: ", ") + "]"
        : "[\n" + parts.map { margin + $0 }.joined(separator: ",\n") + "\n\(end)]"
    case .table(let entries):
      if entries.isEmpty { return "{}" }
      let parts = entries.map {
        margin + quoted($0.key) + ": " + text($0.value, indentation: indentation + 1)
      }
      return "{\n" + parts.joined(separator: ",\n") + "\n\(end)}"
    }
  }

  private static func isScalar(_ value: ConfigValue) -> Bool {
    switch value {
    case .list, .table: false
    default: true
    }
  }

  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "\0"..<" ", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension Diagnostic {
  /// The diagnostic for tools; what it does not have is left out.
  public var configValue: ConfigValue {
    var entries: [ConfigValue.Entry] = [
      .init("code", .text(code.rawValue)), .init("severity", .text(severity.rawValue)),
      .init("message", .text(message)),
    ]
    if let place { entries += place.entries }
    func add(_ key: String, _ text: String?) {
      if let text { entries.append(.init(key, .text(text))) }
    }
    add("path", path)
    if !origin.isEmpty { entries.append(.init("origin", .list(origin.map(ConfigValue.text)))) }
    add("found", found)
    add("allowed", allowed)
    add("suggestion", suggestion)
    add("label", label)
    if !notes.isEmpty {
      let list = notes.map { note in
        ConfigValue.table([.init("text", .text(note.text))] + (note.place?.entries ?? []))
      }
      entries.append(.init("notes", .list(list)))
    }
    return .table(entries)
  }
}

extension ConfigPlace {
  fileprivate var entries: [ConfigValue.Entry] {
    [
      .init("file", .text(file)), .init("line", .integer(line)),
      .init("column", .integer(column)), .init("length", .integer(length)),
    ]
  }
}

extension ConfigurationProblems {
  /// `{"errors": 1, "warnings": 0, "diagnostics": […]}`.
  public var json: String {
    JSONText.text(
      .table([
        .init("errors", .integer(errorCount)), .init("warnings", .integer(warningCount)),
        .init("diagnostics", .list(diagnostics.map(\.configValue))),
      ]))
  }
}
