import EspalierHost
import EspalierProtocols

/// Which samples there were, and what cleaners left out.
struct DataSection {
  let run: ReportedRun

  var node: Node? {
    guard let summary = run.record.summary else { return nil }
    return Node("section", ["id": "data"]) {
      Node("h2") { "Data" }
      Tables.table(
        ["split", "samples"],
        ResultNames.splits.compactMap { split in
          summary.samples[split].flatMap { $0 > 0 ? [.text(split), .count($0)] : nil }
        })
      facts(summary)
      cleaning(summary.cleaning)
    }
  }

  private func facts(_ summary: RunSummary) -> [Node] {
    var words: [String] = []
    if let drawn = summary.drawnSamples {
      words.append("Balancing draws \(NumberWords.count(drawn, "sample")) an epoch.")
    }
    if let users = summary.testInputsUsedBy {
      words.append(
        "The inputs of the test split were seen in training by \(users.joined(separator: ", ")).")
    }
    if let input = run.predictions?.input {
      words.append(
        input.sampleShape.rank > 1
          ? "A sample is an array \(input.sampleShape)."
          : "A sample has \(NumberWords.count(input.sampleShape.count, "feature")).")
      switch input.target {
      case .classes(let names):
        let shown = names.prefix(30).joined(separator: ", ")
        words.append(
          "There are \(NumberWords.count(names.count)) classes: \(shown)\(names.count > 30 ? ", …" : "")."
        )
      case .values(let names):
        words.append("To learn: \(names.prefix(30).joined(separator: ", ")).")
      case .none: break
      }
    }
    return words.map { word in Node("p") { word } }
  }

  private func cleaning(_ reports: [CleaningReport]) -> [Node] {
    guard !reports.isEmpty else { return [] }
    let rows = reports.map { report -> [Tables.Cell] in
      [
        .text(report.cleaner), .count(report.source), .count(report.training),
        .count(report.validation), .count(report.test),
        .text(report.notes.joined(separator: "; ")),
      ]
    }
    return [
      Node("h3") { "Left out by cleaners" },
      Tables.table(
        ["cleaner", "before the split", "of training", "of validation", "of test", "notes"], rows),
    ]
  }
}
