import EspalierHost
import EspalierProtocols
import Foundation
import Testing

/// Every config of `Fixtures/failing` reads well, but one of its plugins fails when the run is put
/// together or under way. The message lies beside it; `ESPALIER_RECORD=1 swift test` writes new ones.
@Suite(.serialized) struct PluginFailureTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/failing")

  static let names =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?
    .filter { $0.hasSuffix(".yaml") }.sorted() ?? []

  @Test func thereAreMany() { #expect(PluginFailureTests.names.count >= 20) }

  @Test(arguments: names) func message(_ name: String) throws {
    let text = try String(
      contentsOf: PluginFailureTests.folder.appendingPathComponent(name), encoding: .utf8)
    let loader = try ConfigurationLoader(
      catalog: failingCatalog.get(), files: [name: Array(text.utf8)])
    let run: RunConfiguration
    do { run = try loader.load(name) } catch {
      Issue.record("\(name) is wrong before it runs: \(error)")
      return
    }
    var options = TrainingOptions()
    options.writesFolder = false
    var found = "nothing failed\n"
    do {
      _ = try Training.run(
        run, catalog: failingCatalog.get(), defaults: trainingDefaults, options: options)
    } catch let problems as ConfigurationProblems {
      found = DiagnosticText().text(problems)
    } catch let failure as RunFailure {
      found = "the run failed: \(failure)\n"
    } catch {
      found = "an error without a place: \(error)\n"
    }
    let expected = PluginFailureTests.folder.appendingPathComponent(
      (name as NSString).deletingPathExtension + ".expected")
    if ProcessInfo.processInfo.environment["ESPALIER_RECORD"] != nil {
      try found.write(to: expected, atomically: true, encoding: .utf8)
    }
    #expect(found == (try? String(contentsOf: expected, encoding: .utf8)))
    #expect(!found.hasPrefix("nothing failed") && !found.hasPrefix("an error without"))
    #expect(found.contains(name + ":"))
  }
}
