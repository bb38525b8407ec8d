import EspalierFormats
import EspalierHost
import Foundation

/// Reports: each one page in one file, without scripts and without anything from elsewhere.
package enum RunReport {
  /// The page of one run.
  package static func page(of run: ReportedRun) -> String {
    page(title: run.record.name) {
      OverviewSection(run: run).node
      CourseSection(run: run).node
      PredictionSection(run: run).node
      StepSection(run: run).node
      DataSection(run: run).node
      SettingsSection(run: run).node
    }
  }

  /// The page of several runs, compared.
  package static func page(comparing runs: [ReportedRun]) -> String {
    page(title: "Comparison of \(runs.count) runs") {
      Node("header") { Node("h1") { "Comparison of \(runs.count) runs" } }
      ComparisonSection(runs).nodes
    }
  }

  /// The page of a search.
  ///
  /// - Parameters:
  ///   - higherIsBetter: of two scores; unless given, the trials' runs tell.
  ///   - limit: trials whose curves are drawn.
  package static func page(
    of table: TrialTable, higherIsBetter wanted: Bool? = nil, drawing limit: Int = 8
  ) -> String {
    let objective = TrialObjective(table)
    let higherIsBetter = wanted ?? objective.higherIsBetter
    let scored = table.trials.filter { $0.score != nil }.sorted {
      higherIsBetter ? $0.score! > $1.score! : $0.score! < $1.score!
    }
    // A trial whose folder was removed has no curves.
    let best = scored.prefix(limit).compactMap { trial in
      (try? ReportedRun(folder: table.runFolder(of: trial)))
        .map { (index: trial.index, run: $0) }
    }
    let name = table.folder.split(separator: "/").last.map(String.init) ?? table.folder
    return page(title: name) {
      Node("header") {
        Node("h1") { "Search \(name)" }
        Node("p", ["class": "note"]) {
          (objective.name.map { "The score is \($0). " } ?? "")
            + (higherIsBetter ? "Higher scores are better." : "Lower scores are better.")
        }
      }
      SearchSection(table: table, higherIsBetter: higherIsBetter, best: best).nodes
    }
  }

  /// Writes the page of a run into its folder, as `report.html`.
  ///
  /// - Parameter trained: its model; `nil` of a run that failed or was interrupted.
  package static func write(
    folder: String, configuration: RunConfiguration, trained: TrainedRun?
  ) throws {
    let run = try ReportedRun(
      folder: folder, configuration: configuration, trained: trained,
      gap: trained == nil ? "The run did not come to its end: nothing was predicted." : nil)
    do { try AtomicFile.write(page(of: run), to: folder + "/report.html") } catch {
      throw RunFailure("\(error)", folder: folder)
    }
  }

  private static func page(title: String, @NodeBuilder _ content: () -> [Node]) -> String {
    Node("html", ["lang": "en"]) {
      Node("head") {
        Node("meta", ["charset": "utf-8"])
        Node("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        // Whatever might slip in: nothing is loaded or run.
        Node(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content": "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
          ])
        Node("meta", ["name": "color-scheme", "content": "light dark"])
        Node("title") { title }
        Node.style(PageStyle.sheet)
      }
      Node("body") {
        Node("main") { content() }
        Node("footer") { "Espalier \(espalierVersion)" }
      }
    }.page
  }
}
