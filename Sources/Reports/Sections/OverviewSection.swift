import EspalierHost
import Foundation

/// How the run ended, and the numbers that one asks for first.
struct OverviewSection {
  let run: ReportedRun

  var node: Node {
    Node("header") {
      Node("h1") { run.record.name }
      status
      Node("div", ["class": "tiles"]) { for tile in tiles { self.tile(tile.0, tile.1) } }
      if let results = run.record.summary?.results { Self.table(results) }
    }
  }

  private var status: Node {
    guard let summary = run.record.summary else {
      return Node("p") {
        Node("span", ["class": "status"]) { "not ended" }
        " The run is under way, or was ended from outside."
      }
    }
    let isBad = summary.status == "failed"
    return Node("div") {
      Node("p") {
        Node("span", ["class": "status \(isBad ? "bad" : "good")"]) {
          Self.word(summary.status)
        }
        if let date = run.log.lastTime.map({ Self.date($0) }) {
          Node("span", ["class": "lead"]) { "  " + date }
        }
      }
      if let reason = summary.reason {
        if isBad { Node("pre") { reason } } else { Node("p") { reason } }
      }
    }
  }

  static func word(_ status: String) -> String {
    status == "stopped" ? "stopped early" : status
  }

  private static func date(_ seconds: Double) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = "yyyy-MM-dd HH:mm"
    return formatter.string(from: Date(timeIntervalSince1970: seconds))
  }

  private func tile(_ value: String, _ text: String) -> Node {
    Node("div", ["class": "tile"]) {
      Node("b") { value }
      Node("span") { text }
    }
  }

  private var tiles: [(String, String)] {
    guard let summary = run.record.summary else {
      return [("\(run.epochs.count)", "epochs so far")]
    }
    var tiles: [(String, String)] = []
    let split = ["test", "validation", "train"].first { summary.results[$0]?.isEmpty == false }
    if let split, let results = summary.results[split] {
      let names = ResultNames.ordered(Set(results.keys))
      for name in names.prefix(4) {
        tiles.append((NumberWords.brief(results[name]!), "\(split) \(name)"))
      }
    }
    if let best = summary.bestEpoch {
      tiles.append(("\(best)", "best epoch of \(summary.epochs)"))
    } else {
      tiles.append(("\(summary.epochs)", summary.epochs == 1 ? "epoch" : "epochs"))
    }
    tiles.append((NumberWords.count(summary.parameters), "parameters"))
    tiles.append((NumberWords.duration(summary.seconds.training), "training"))
    if summary.samplesPerSecond.isFinite, summary.samplesPerSecond < 1e15 {
      tiles.append((NumberWords.count(Int(summary.samplesPerSecond)), "samples a second"))
    }
    return tiles
  }

  /// A metric a row, a split a column.
  static func table(_ results: [String: [String: Double]]) -> Node? {
    let splits = ResultNames.splits.filter { results[$0]?.isEmpty == false }
    guard !splits.isEmpty else { return nil }
    let names = ResultNames.ordered(Set(splits.flatMap { results[$0]!.keys }))
    return Tables.table(
      [""] + splits,
      names.map { name in [.text(name)] + splits.map { .number(results[$0]?[name]) } },
      caption: "Results, measured without training behaviour")
  }
}
