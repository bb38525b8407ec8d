import EspalierHost
import EspalierProtocols
import Foundation
import Testing

@Suite struct SchemaTests {
  @Test func isJSONAndNamesEverything() throws {
    let text = JSONSchema(testCatalog).text
    if let path = ProcessInfo.processInfo.environment["ESPALIER_SCHEMA"] {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["additionalProperties"] as? Bool == false)
    let definitions = try #require(object["definitions"] as? [String: [String: Any]])
    for entry in testCatalog.entries {
      let name = testCatalog.unambiguousName(of: entry).replacing("/", with: ".")
      let definition = definitions["\(entry.kind.name).\(name)"]
      #expect(definition?["description"] as? String == entry.manifest.summary)
      let properties = definition?["properties"] as? [String: Any]
      for item in Schema(of: entry.type.init()).items { #expect(properties?[item.name] != nil) }
    }
    // Every reference leads somewhere.
    for part in text.components(separatedBy: "#/definitions/").dropFirst() {
      let name = String(part.prefix { $0 != "\"" })
      #expect(definitions[name] != nil, "\(name)")
    }
  }

  @Test func ranges() throws {
    let definitions = JSONSchema(testCatalog).text
    #expect(definitions.contains("\"exclusiveMinimum\": 0"))
    #expect(definitions.contains("\"default\": 0.001"))
    #expect(definitions.contains("\"const\": \"cross_entropy\""))
  }
}
