import EspalierHost
import EspalierProtocols

/// The config: what differs from the defaults, and all of it.
struct SettingsSection {
  let run: ReportedRun

  var node: Node {
    Node("section", ["id": "config"]) {
      Node("h2") { "Config" }
      if let changes = run.changes {
        Tables.folded(
          "\(NumberWords.count(changes.count, "setting")) other than the defaults"
        ) {
          Self.table(changes)
        }
      }
      Tables.folded("The whole config, defaults included") { Node("pre") { run.config } }
      if let summary = run.record.summary { how(summary) }
    }
  }

  private static func table(_ settings: [RunRecord.Setting]) -> Node {
    Tables.table(
      ["setting", "value"],
      settings.map { [.text($0.path), .text(NumberWords.setting($0.value))] })
  }

  private func how(_ summary: RunSummary) -> Node {
    let seconds = summary.seconds
    var rows: [[Tables.Cell]] = [
      [.text("folder"), .text(run.record.folder)],
      [.text("seed"), .text("\(summary.seed)")],
      [.text("steps"), .text(NumberWords.count(summary.steps))],
      [.text("time for data"), .text(NumberWords.duration(seconds.data))],
      [.text("time for compiling"), .text(NumberWords.duration(seconds.compile))],
      [.text("time for training"), .text(NumberWords.duration(seconds.training))],
      [.text("time for measuring"), .text(NumberWords.duration(seconds.evaluation))],
      [.text("waited for data"), .text(NumberWords.percent(summary.dataWaitShare))],
      [.text("memory of a step"), .text("\(NumberWords.count(summary.planBytes)) bytes")],
      [.text("version"), .text(summary.version)],
      [.text("backend"), .text(summary.backend)],
      [.text("machine"), .text(summary.system)],
    ]
    if !summary.commandLine.isEmpty {
      rows.append([.text("command line"), .text(summary.commandLine.joined(separator: " "))])
    }
    return Tables.folded("How it was run") { Tables.table(["", ""], rows) }
  }
}
