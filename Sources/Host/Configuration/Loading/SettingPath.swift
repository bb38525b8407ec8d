import EspalierYAML

/// One `--set a.b[0].c=VALUE`, taken apart.
struct ConfigSetting {
  enum Step: Hashable {
    case key(String)
    case index(Int)
  }
  struct Part {
    let step: Step
    /// Column of its first character in the argument, from 1.
    let column: Int
    let length: Int
  }

  let argument: String
  let parts: [Part]
  let value: ConfigNode
  let text: ConfigText
  /// Where its path stands in a sweep; `nil` for one of the command line.
  var keyPlace: ConfigPlace?

  static let longest = 1 << 16
  static let mostParts = 64

  /// The path as it was written.
  var path: String { String(argument.prefix { $0 != "=" }) }

  func place(_ part: Part) -> ConfigPlace {
    keyPlace
      ?? ConfigPlace(
        file: text.name, line: text.number(of: 1), column: part.column, length: part.length,
        text: text)
  }

  /// - Parameter number: which `--set` of the command line it is, from 1.
  static func parse(
    _ argument: String, number: Int, environment: [String: String]
  ) -> (setting: ConfigSetting?, problems: [Diagnostic]) {
    guard argument.utf8.count <= longest else {
      let shown = ConfigText(argument: Printable.short(argument, 60), number: number)
      let place = ConfigPlace(file: "--set", line: number, column: 1, length: 1, text: shown)
      let message = "a --set may have \(longest) bytes, this one has \(argument.utf8.count)"
      return (nil, [Diagnostic(.setForm, message, at: place, label: "put it into a file")])
    }
    let text = ConfigText(argument: argument, number: number)
    func problem(_ message: String, _ column: Int, _ length: Int, _ label: String) -> Diagnostic {
      let place = ConfigPlace(
        file: text.name, line: number, column: column, length: length, text: text)
      return Diagnostic(.setForm, message, at: place, found: argument, label: label)
    }
    guard let equals = argument.firstIndex(of: "=") else {
      return (
        nil,
        [
          problem(
            "--set needs a path and a value", 1, argument.unicodeScalars.count,
            "write `path=value`, for example `training.epochs=20`")
        ]
      )
    }
    let head = argument[..<equals]
    let width = head.unicodeScalars.count
    guard let parts = parts(of: String(head)), !parts.isEmpty, parts.count <= mostParts else {
      return (
        nil,
        [
          problem(
            "\(Printable.code(String(head))) is no path", 1, width,
            "keys joined by points, elements by their number: `model[0].dense.units`")
        ]
      )
    }
    // Blanks in the place of the path keep the columns of the value as they are in the argument.
    let padded =
      String(repeating: " ", count: width + 1) + argument[argument.index(after: equals)...]
    let origin = ["set by --set \(Printable.short(String(head), 80))"]
    do throws(YAMLError) {
      let node = try YAML.parse(
        padded, name: "--set", limits: TreeReader.limits, options: TreeReader.options)
      var reader = TreeReader(text: text, origin: origin, environment: environment)
      var value = reader.read(node)
      if value.isNull, value.scalar?.text.isEmpty == true {
        value.place = ConfigPlace(
          file: "--set", line: number, column: width + 1, length: 1, text: text)
      }
      return (
        ConfigSetting(argument: argument, parts: parts, value: value, text: text), reader.problems
      )
    } catch {
      return (nil, [error.diagnostic(in: text, [])])
    }
  }

  fileprivate static func parts(of path: String) -> [Part]? {
    var result: [Part] = []
    let scalars = Array(path.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let start = index
      if scalars[index] == "[" {
        index += 1
        var number = 0
        let digits = index
        while index < scalars.count, ("0"..."9").contains(scalars[index]), index - digits < 7 {
          number = number * 10 + Int(scalars[index].value - 0x30)
          index += 1
        }
        guard index > digits, index < scalars.count, scalars[index] == "]", !result.isEmpty else {
          return nil
        }
        index += 1
        result.append(Part(step: .index(number), column: start + 1, length: index - start))
      } else {
        while index < scalars.count, scalars[index] != ".", scalars[index] != "[" { index += 1 }
        guard index > start else { return nil }
        var key = String.UnicodeScalarView()
        key.append(contentsOf: scalars[start..<index])
        result.append(
          Part(step: .key(String(key)), column: start + 1, length: index - start))
      }
      if index < scalars.count, scalars[index] == "." {
        index += 1
        guard index < scalars.count else { return nil }
      }
    }
    return result
  }
}

extension ConfigSetting {
  /// What a sweep sets; `nil` when the key is no path.
  init?(path: String, at keyPlace: ConfigPlace, to value: ConfigNode) {
    guard let parts = Self.parts(of: path), !parts.isEmpty, parts.count <= Self.mostParts else {
      return nil
    }
    argument = path + "=" + value.inShort
    self.parts = parts
    self.value = value
    text = keyPlace.text ?? ConfigText(argument: argument, number: 1)
    self.keyPlace = keyPlace
  }
}
