import EspalierHost
import EspalierProtocols
import Foundation
import Testing

/// Every wrong config of `Fixtures/wrong` gives the message that lies beside it.
///
/// A line `# --set a.b=c` or `# environment NAME=value` at the top of a config is carried out. Where
/// a message is meant to change, `ESPALIER_RECORD=1 swift test` writes the new ones; read them as a
/// user.
@Suite struct WrongConfigTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/wrong")

  static let files: [String: [UInt8]] = {
    var files: [String: [UInt8]] = [:]
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    for path in paths ?? [] where !path.hasSuffix(".expected") {
      if let data = FileManager.default.contents(atPath: folder.path + "/" + path) {
        files[path] = Array(data)
      }
    }
    return files
  }()

  static let names = files.keys.filter { !$0.contains("/") }.sorted()

  @Test func thereAreMany() {
    #expect(WrongConfigTests.names.count >= 60)
  }

  @Test(arguments: names) func message(_ name: String) throws {
    let text = String(decoding: WrongConfigTests.files[name] ?? [], as: UTF8.self)
    var sets: [String] = []
    var environment: [String: String] = [:]
    for line in text.split(separator: "\n") {
      if line.hasPrefix("# --set ") { sets.append(String(line.dropFirst(8))) }
      if line.hasPrefix("# environment ") {
        let parts = line.dropFirst(14).split(separator: "=", maxSplits: 1).map(String.init)
        environment[parts[0]] = parts.count > 1 ? parts[1] : ""
      }
    }
    let loader = ConfigurationLoader(
      catalog: testCatalog, environment: environment, files: WrongConfigTests.files)
    var found: String
    do throws(ConfigurationProblems) {
      let run = try loader.load(name, sets: sets)
      found = DiagnosticText().text(ConfigurationProblems(run.warnings))
      if run.warnings.isEmpty { found = "nothing is wrong\n" }
    } catch {
      found = DiagnosticText().text(error)
    }
    let expected = WrongConfigTests.folder.appendingPathComponent(
      (name as NSString).deletingPathExtension + ".expected")
    if ProcessInfo.processInfo.environment["ESPALIER_RECORD"] != nil {
      try found.write(to: expected, atomically: true, encoding: .utf8)
    }
    #expect(found == (try? String(contentsOf: expected, encoding: .utf8)))
    #expect(found != "nothing is wrong\n")
  }
}
