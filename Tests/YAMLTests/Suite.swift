import EspalierYAML
import Foundation

/// A case of the YAML test suite.
struct SuiteCase: Decodable, Sendable {
  let id: String
  let name: String
  let yaml: String
  let event: String
  let error: Bool?
  let json: [JSON]?

  static let all: [SuiteCase] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/yaml-test-suite.json")
    guard let data = try? Data(contentsOf: file),
      let cases = try? JSONDecoder().decode([SuiteCase].self, from: data)
    else { return [] }
    return cases
  }()

  static let valid = all.filter { $0.error != true }
  static let invalid = all.filter { $0.error == true }
}

/// A JSON value; numbers compare as floats.
enum JSON: Decodable, Sendable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }

  /// The obvious JSON form of a node.
  init(_ node: Node) {
    switch node.content {
    case .sequence(let elements): self = .array(elements.map(JSON.init))
    case .mapping(let entries):
      let pairs = entries.map { (JSON.key($0.key), JSON($0.value)) }
      self = .object(Dictionary(pairs) { $1 })
    case .scalar:
      switch node.value {
      case .null, nil: self = .null
      case .bool(let value): self = .bool(value)
      case .int(let value): self = .number(Double(value))
      case .float(let value): self = .number(value)
      case .string(let value): self = .string(value)
      }
    }
  }

  private static func key(_ node: Node) -> String {
    guard let value = node.value else { return "\(JSON(node))" }
    return value == .null ? "" : node.text ?? ""
  }
}

/// The documents in the notation of the suite's event files.
func eventText(_ documents: [EventDocument]) -> String {
  var lines = ["+STR"]
  for document in documents {
    lines.append(document.explicitStart ? "+DOC ---" : "+DOC")
    for event in document.events {
      let properties =
        (event.anchor.map { " &" + $0 } ?? "") + (event.tag.map { " <\($0)>" } ?? "")
      switch event.kind {
      case .sequenceStart(let flow): lines.append("+SEQ" + (flow ? " []" : "") + properties)
      case .sequenceEnd: lines.append("-SEQ")
      case .mappingStart(let flow): lines.append("+MAP" + (flow ? " {}" : "") + properties)
      case .mappingEnd: lines.append("-MAP")
      case .alias(let name): lines.append("=ALI *" + name)
      case .scalar(let scalar):
        let mark =
          switch scalar.style {
          case .plain: ":"
          case .singleQuoted: "'"
          case .doubleQuoted: "\""
          case .literal: "|"
          case .folded: ">"
          }
        lines.append("=VAL" + properties + " " + mark + escaped(scalar.text))
      }
    }
    lines.append(document.explicitEnd ? "-DOC ..." : "-DOC")
  }
  return (lines + ["-STR", ""]).joined(separator: "\n")
}

private func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\t": result += "\\t"
    case "\r": result += "\\r"
    case "\u{8}": result += "\\b"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
