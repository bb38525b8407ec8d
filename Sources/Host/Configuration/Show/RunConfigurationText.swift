import EspalierProtocols
import EspalierYAML

extension RunConfiguration {
  /// How ``yaml(_:)`` writes a config.
  public struct Style: Sendable {
    /// Behind each line, where its value came from.
    public var showsOrigins: Bool
    /// Relative paths are written as seen from this folder; `nil` leaves them as seen from the
    /// config's.
    public var folder: String?
    /// Paths are written from the root, whatever `folder` says.
    public var writesFullPaths = false
    /// A first line that tells editors where the schema lies.
    public var schema: String?

    public init(showsOrigins: Bool = false, folder: String? = nil, schema: String? = nil) {
      self.showsOrigins = showsOrigins
      self.folder = folder
      self.schema = schema
    }
  }

  /// The whole config as a value, every default filled.
  public var configValue: ConfigValue {
    ConfigDescriber(catalog: catalog) { $0 }.describe(SchemaItem.items(of: self))
  }

  /// The whole config as YAML; reading it again gives the same configuration.
  public func yaml(_ style: Style = Style()) -> String {
    var writer = ConfigWriter(configuration: self, style: style)
    return writer.write()
  }
}

/// Writes a config so that a person likes to read it: sections in blocks, plugins on a line if they
/// fit.
private struct ConfigWriter {
  let configuration: RunConfiguration
  let style: RunConfiguration.Style
  private var lines: [(text: String, path: String?)] = []
  private static let width = 90

  init(configuration: RunConfiguration, style: RunConfiguration.Style) {
    self.configuration = configuration
    self.style = style
  }

  mutating func write() -> String {
    let value = ConfigDescriber(catalog: configuration.catalog, path: moved)
      .describe(SchemaItem.items(of: configuration))
    if case .table(let entries) = value {
      for entry in entries { write(entry, indentation: 0, path: entry.key) }
    }
    let head = style.schema.map { "# yaml-language-server: $schema=\($0)\n" } ?? ""
    let widest = min(lines.map(\.text.count).max() ?? 0, 60)
    return head
      + lines.map { line in
        guard style.showsOrigins, let path = line.path else { return line.text + "\n" }
        let gap = String(repeating: " ", count: max(2, widest + 2 - line.text.count))
        return line.text + gap + "# " + origin(path) + "\n"
      }.joined()
  }

  private func origin(_ path: String) -> String {
    // Places go by the plugin's own name, without its bundle.
    guard let entry = configuration.places[path] ?? configuration.places[withoutBundles(path)]
    else {
      return "default"
    }
    let chain = entry.origin.isEmpty ? "" : " (" + entry.origin.joined(separator: ", ") + ")"
    return Printable.text("\(entry.place.file):\(entry.place.line)\(chain)")
  }

  private func withoutBundles(_ path: String) -> String {
    path.split(separator: ".", omittingEmptySubsequences: false)
      .map { $0.split(separator: "/").last ?? $0 }.joined(separator: ".")
  }

  private mutating func write(_ entry: ConfigValue.Entry, indentation: Int, path: String) {
    let margin = String(repeating: " ", count: indentation)
    write(
      entry.value, head: margin + ConfigWriter.scalar(.text(entry.key)) + ":",
      indentation: indentation + 2, path: path)
  }

  private mutating func write(
    _ value: ConfigValue, head: String, indentation: Int, path: String
  ) {
    let flow = head + " " + ConfigWriter.flow(value)
    // Each line tells one origin, so with origins each value has a line of its own.
    let isBlock = flow.count > ConfigWriter.width || style.showsOrigins
    switch value {
    case .table(let entries) where !entries.isEmpty && (isBlock || isSection(path)):
      lines.append((head, nil))
      for entry in entries {
        write(entry, indentation: indentation, path: path + "." + entry.key)
      }
    case .list(let values)
    where values.contains(where: ConfigWriter.isTable) || isLong(values, flow):
      lines.append((head, nil))
      for (index, element) in values.enumerated() {
        write(element: element, indentation: indentation, path: "\(path)[\(index)]")
      }
    default: lines.append((flow, path))
    }
  }

  /// The outermost keys and `data.split` are written as blocks.
  private func isSection(_ path: String) -> Bool { !path.contains(".") || path == "data.split" }

  private func isLong(_ values: [ConfigValue], _ flow: String) -> Bool {
    !values.isEmpty && flow.count > ConfigWriter.width
  }

  private static func isTable(_ value: ConfigValue) -> Bool {
    if case .table = value { true } else { false }
  }

  private mutating func write(element: ConfigValue, indentation: Int, path: String) {
    let head = String(repeating: " ", count: indentation) + "-"
    guard case .table(let entries) = element, entries.count == 1 else {
      lines.append((head + " " + ConfigWriter.flow(element), path))
      return
    }
    write(
      entries[0].value, head: head + " " + ConfigWriter.scalar(.text(entries[0].key)) + ":",
      indentation: indentation + 4, path: path + "." + entries[0].key)
  }

  private static func flow(_ value: ConfigValue) -> String {
    switch value {
    case .list(let values): "[" + values.map(flow).joined(separator: ", ") + "]"
    case .table(let entries):
      "{" + entries.map { scalar(.text($0.key)) + ": " + flow($0.value) }.joined(separator: ", ")
        + "}"
    default: scalar(value)
    }
  }

  private static func scalar(_ value: ConfigValue) -> String {
    let node: YAMLNode
    switch value {
    case .null: node = .null
    case .bool(let flag): node = .bool(flag)
    case .integer(let number): node = .int(number)
    case .number(let number): node = .float(number)
    // A `${` that came from `$${` must not be taken for a reference when it is read again.
    case .text(let text): node = .string(text.replacing("${", with: "$${"))
    case .list, .table: return flow(value)
    }
    guard let text = try? YAML.emit(node) else { return "null" }
    // Within braces and brackets, and behind a colon, more needs quotes than in a text of its own.
    var trimmed = text
    while trimmed.last == "\n" { trimmed.removeLast() }
    let isRisky = trimmed.utf8.contains { ",[]{}#:\n".utf8.contains($0) }
    if case .text = value, trimmed.first != "\"", isRisky || trimmed.hasPrefix("$") {
      return JSONText.quoted(String(node.text ?? ""))
    }
    return trimmed
  }

  /// A path of the config as seen from the folder of the style.
  private func moved(_ path: String) -> String {
    if style.writesFullPaths {
      return ConfigFiles.absolute(ConfigFiles.join(configuration.folder, path))
    }
    guard let folder = style.folder, !path.hasPrefix("/") else { return path }
    let file = ConfigFiles.join(configuration.folder, path)
    // Between a relative path and an absolute one, only absolute ones lead from one to the other.
    if file.hasPrefix("/") == folder.hasPrefix("/"), !folder.split(separator: "/").contains("..") {
      return ConfigFiles.relative(file, to: folder)
    }
    return ConfigFiles.relative(ConfigFiles.absolute(file), to: ConfigFiles.absolute(folder))
  }
}
