import Espalier
import EspalierCommandLine
import Foundation

/// Keeps what is written to it.
final class Recording: TextSink, @unchecked Sendable {
  private let lock = NSLock()
  private var written = ""
  let hasColour: Bool
  let problem: String?

  init(hasColour: Bool = false, problem: String? = nil) {
    self.hasColour = hasColour
    self.problem = problem
  }

  func write(_ text: String) { lock.withLock { written += text } }
  var text: String { lock.withLock { written } }
}

/// What a command line came to.
struct Outcome {
  let status: Int32
  let output: String
  let error: String
}

/// Runs a command line within this process, with the built-in plugins and perhaps others.
func espalier(
  _ words: String..., environment: [String: String] = [:], coloured: Bool = false,
  adding bundles: [PluginBundle] = []
) -> Outcome {
  espalier(all: words, environment: environment, coloured: coloured, adding: bundles)
}

/// The same with words that are in a list.
func espalier(
  all words: [String], environment: [String: String] = [:], coloured: Bool = false,
  adding bundles: [PluginBundle] = []
) -> Outcome {
  let tool = CommandLineTool(
    name: "espalier", catalog: { try defaultCatalog(adding: bundles) }, defaults: { .standard })
  let output = Recording()
  let error = Recording(hasColour: coloured)
  let status = tool.run(
    words, console: Console(output: output, error: error, environment: environment))
  return Outcome(status: status, output: output.text, error: error.text)
}

/// A new folder that is gone afterwards.
func inTemporaryFolder(_ body: (String) throws -> Void) throws {
  let folder = NSTemporaryDirectory() + "espalier-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try body(folder)
}

func write(_ text: String, to path: String) throws {
  try text.write(toFile: path, atomically: true, encoding: .utf8)
}

func json(_ text: String) throws -> Any {
  try JSONSerialization.jsonObject(with: Data(text.utf8))
}

/// Points of a plane, by the sign of x + y: a table that a small network learns at once.
let signsTable: String = {
  var rows = ["x,y,label"]
  for index in 0..<120 {
    let x = Double(index % 12) - 5.5
    let y = Double(index / 12) - 4.5
    rows.append("\(x),\(y),\(x + y > 0 ? "above" : "below")")
  }
  return rows.joined(separator: "\n") + "\n"
}()
