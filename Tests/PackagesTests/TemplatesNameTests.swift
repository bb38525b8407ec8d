import Foundation
import Testing

@testable import EspalierPackages

@Suite struct TemplatesNameTests {
  @Test(arguments: [
    ("CubeRoot", "CubeRoot", "cube_root"), ("cube_root", "CubeRoot", "cube_root"),
    ("cube-root", "CubeRoot", "cube_root"), ("cubeRoot", "CubeRoot", "cube_root"),
    ("GELU2", "GELU2", "gelu2"), ("CSVReader", "CSVReader", "csv_reader"),
    ("Conv3D", "Conv3D", "conv3d"), ("conv3d", "Conv3d", "conv3d"), ("x", "X", "x"),
    ("My_Layer", "MyLayer", "my_layer"),
  ])
  func formsOfOneName(_ text: String, _ type: String, _ config: String) throws {
    let name = try PluginName(text)
    #expect(name.type == type)
    #expect(name.config == config)
  }

  @Test(arguments: [
    ("", "`` is no name"), ("9lives", "`9lives` is no name"), ("a b", "`a b` is no name"),
    ("würfel", "`würfel` is no name"), ("_", "`_` is no name"), ("../up", "`../up` is no name"),
    ("a\nb", "`a?b` is no name"), ("class", "`class` is a word of Swift's grammar"),
    ("self", "`self` is a word of Swift's grammar"),
    ("type", "`type` is a word of Swift's grammar"),
    ("set", "`Set` is a type of Swift's standard library"),
    ("tensor", "`Tensor` is a type of Espalier"), ("Layer", "`Layer` is a type of Espalier"),
  ])
  func whatIsNoName(_ text: String, _ message: String) {
    do {
      _ = try PluginName(text)
      Issue.record("\(text) was taken")
    } catch {
      #expect(error.message == message)
      #expect(error.remedy != nil)
    }
  }

  @Test func tooLong() {
    #expect(throws: PackageProblem.self) { try PluginName(String(repeating: "a", count: 81)) }
  }

  /// The list of Espalier's types has all that an author's type could hide.
  @Test func typesOfEspalierAreKnown() throws {
    let sources =
      URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .path + "/Sources"
    let words = ["struct", "enum", "protocol", "class", "actor", "typealias"]
    var missing: [String] = []
    var count = 0
    for room in ["Protocols", "Host", "Espalier"] {
      let folder = sources + "/" + room
      for path in FileManager.default.subpaths(atPath: folder) ?? [] where path.hasSuffix(".swift")
      {
        let text = try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
        for line in text.split(separator: "\n") where line.hasPrefix("public ") {
          let tokens = line.split { !($0.isLetter || $0.isNumber) }
          guard let word = tokens.firstIndex(where: { words.contains(String($0)) }),
            tokens[..<word].allSatisfy({ ["public", "final", "indirect"].contains($0) }),
            word + 1 < tokens.count
          else { continue }
          count += 1
          let name = String(tokens[word + 1])
          if !TakenNames.espalier.contains(name) { missing.append(name) }
        }
      }
    }
    #expect(count > 100)
    #expect(missing.isEmpty, "add to TakenNames.espalier: \(missing.joined(separator: " "))")
  }
}
