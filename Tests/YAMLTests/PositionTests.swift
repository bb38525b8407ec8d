import EspalierYAML
import Testing

/// Every node's place, with lines and columns from 1 and columns in Unicode scalars.
@Suite struct PositionTests {
  /// `path start-end` for a node and all below it.
  private func places(_ node: Node, _ path: String = "") -> [String] {
    guard let start = node.start, let end = node.end else { return ["\(path) nowhere"] }
    let alias = node.alias.map { " by \($0)" } ?? ""
    let own = "\(path) \(start)-\(end)\(alias)"
    switch node.content {
    case .scalar: return [own]
    case .sequence(let elements):
      return elements.enumerated().reduce([own]) { $0 + places($1.element, "\(path)/\($1.offset)") }
    case .mapping(let entries):
      return entries.reduce([own]) {
        let name = path + "/" + ($1.key.text ?? "?")
        return $0 + places($1.key, name + "#") + places($1.value, name)
      }
    }
  }

  @Test func everyNodeOfASample() throws {
    let text = """
      # A sample
      model:
        layers: [64, {units: 32}]
        größe: "größe" # comment
        init: &init
          - he
          -
      text: |
        one
        two

      again: *init
      tagged: !!str 12
      """
    let expected = [
      " 2:1-13:17",
      "/model# 2:1-2:6",
      "/model 3:3-7:6",
      "/model/layers# 3:3-3:9",
      "/model/layers 3:11-3:28",
      "/model/layers/0 3:12-3:14",
      "/model/layers/1 3:16-3:27",
      "/model/layers/1/units# 3:17-3:22",
      "/model/layers/1/units 3:24-3:26",
      "/model/größe# 4:3-4:8",
      "/model/größe 4:10-4:17",
      "/model/init# 5:3-5:7",
      "/model/init 6:5-7:6",
      "/model/init/0 6:7-6:9",
      "/model/init/1 7:6-7:6",
      "/text# 8:1-8:5",
      "/text 8:7-10:6",
      "/again# 12:1-12:6",
      "/again 6:5-7:6 by 12:8",
      "/again/0 6:7-6:9",
      "/again/1 7:6-7:6",
      "/tagged# 13:1-13:7",
      "/tagged 13:15-13:17",
    ]
    let node = try YAML.parse(text, name: "sample.yaml")
    #expect(places(node) == expected)
    #expect(node.source?.name == "sample.yaml")
    #expect(node.source?.line(4) == "  größe: \"größe\" # comment")
    #expect(node.source?.line(14) == nil)
    #expect(node["model"]?["größe"]?.start?.offset == 57)
  }

  @Test func byteOrderMarkTakesNoColumn() throws {
    let node = try YAML.parse("\u{FEFF}a: b")
    #expect(places(node) == [" 1:1-1:5", "/a# 1:1-1:2", "/a 1:4-1:5"])
  }

  @Test func documentsBehindTheFirst() throws {
    let nodes = try YAML.parseAll("a: 1\n---\nb: 2\n...\n--- c\n")
    #expect(nodes.map { $0.start?.line } == [1, 3, 5])
    #expect(nodes.last?.start?.column == 5)
  }
}
