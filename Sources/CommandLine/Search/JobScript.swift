import EspalierHost
import EspalierProtocols
import Foundation

/// `--emit`: what runs jobs on a cluster.
enum JobSystem: String, Choice { case slurm }

/// A script that runs each trial of a search as a job of its own.
struct JobScript {
  private let search: Search
  private let command: SearchCommand
  private let context: Context

  init(_ search: Search, _ system: JobSystem, _ command: SearchCommand, _ context: Context) {
    self.search = search
    self.command = command
    self.context = context
  }

  /// - Throws: ``UsageError`` for a strategy whose trials depend on one another.
  func text() throws -> String {
    let name = search.strategy.pluginName
    guard !search.strategy.isAdaptive else {
      throw UsageError(
        "\(name) chooses trials by the results of others, so they cannot be jobs that start together; "
          + "`random` and `grid` can, and `search` runs \(name) on one machine")
    }
    var count = 0
    try search.rounds { _, steps in
      count = steps.count
      return false
    }
    let here = FileManager.default.currentDirectoryPath
    let folder = search.folder.hasPrefix("/") ? search.folder : here + "/" + search.folder
    let words = [context.program.name, "search", command.sweep, "--output", folder]
      .map(TrainingReport.quoted).joined(separator: " ")
    let more =
      command.set.map { " --set " + TrainingReport.quoted($0) }.joined()
      + (command.trials.map { " --trials \($0)" } ?? "")
      + (command.seed.map { " --seed \($0)" } ?? "")
    return """
      #!/bin/sh
      #SBATCH --job-name=\(jobName)
      #SBATCH --array=0-\(count - 1)
      #SBATCH --cpus-per-task=1

      # \(count) trials, a job each. Afterwards, `\(words)\(more)` runs what is left and tells the best.
      cd \(TrainingReport.quoted(here)) || exit
      exec \(words)\(more) --index "$SLURM_ARRAY_TASK_ID" --threads "${SLURM_CPUS_PER_TASK:-1}" --progress none

      """
  }

  /// The sweep's name in letters that need no quotes.
  private var jobName: String {
    let file = command.sweep.split(separator: "/").last ?? "search"
    let stem = file.split(separator: ".").first ?? file
    let name = stem.filter { ($0.isLetter || $0.isNumber) && $0.isASCII || "-_".contains($0) }
    return name.isEmpty ? "search" : name
  }
}
