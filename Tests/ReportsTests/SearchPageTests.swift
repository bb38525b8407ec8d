import Espalier
import Foundation
import Testing

@testable import EspalierReports

extension Pages {
  @Suite struct SearchPageTests {
    private static let header =
      "index,state,score,epochs,seconds,optimizer.adam.learning_rate,model[0].dense.activation,training.seed\n"

    private func check(
      _ rows: String, higherIsBetter: Bool? = nil, _ body: (PageCheck, String) throws -> Void
    ) throws {
      try inTemporaryFolder { folder in
        try write(Self.header + rows, to: folder + "/trials.csv")
        #expect(TrialTable.isFolder(folder))
        let page = RunReport.page(
          of: try TrialTable(reading: folder), higherIsBetter: higherIsBetter)
        try body(checked(page), page)
      }
    }

    private static let rows = """
      0,done,0.5,10,1.5,0.001,relu,0
      1,done,0.3,10,1.4,0.01,tanh,0
      2,failed,,2,0.2,10,relu,0
      3,done,0.4,10,1.4,0.1,"<b>""x""</b>",0

      """

    @Test func trials() throws {
      try check(Self.rows, higherIsBetter: false) { check, page in
        #expect(check.has("b", "0.3") && check.has("span", "best score, of trial 1"))
        #expect(check.has("span", "failed") && check.has("span", "done"))
        // Axes of what differs: the seed does not.
        #expect(check.has("text", "learning_rate") && check.has("text", "activation"))
        #expect(!check.has("text", "seed"))
        #expect(
          check.has(
            "title",
            "trial 0, score 0.5: optimizer.adam.learning_rate 0.001, "
              + "model[0].dense.activation relu, training.seed 0"))
        // The rates span decades.
        for decade in ["1e-3", "0.01", "0.1"] { #expect(check.has("text", decade)) }
        #expect(check.texts["figcaption"]!.contains("Score over optimizer.adam.learning_rate"))
        #expect(check.has("text", "<b>\"x\"</b>"))
        // The table begins with the best, and has the failed one last.
        let order = check.texts["th"]!.filter { ["0", "1", "2", "3"].contains($0) }
        #expect(order == ["1", "3", "0", "2"])
      }
      try check(Self.rows, higherIsBetter: true) { check, _ in
        #expect(check.has("span", "best score, of trial 0"))
        #expect(check.has("p", "Higher scores are better."))
      }
    }

    @Test func runsTellWhatTheScoreIs() throws {
      try inTemporaryFolder { folder in
        var table = Self.header
        for trial in 0..<3 {
          let result = try train(
            ComparisonPageTests.config, in: folder, name: "trial-000\(trial)",
            sets: ["optimizer.sgd.learning_rate=\([0.003, 0.3, 1][trial])", "training.epochs=8"])
          let best = result.history.map { $0["validation_accuracy"]! }.max()!
          table += "\(trial),done,\(best),4,0.1,\([0.003, 0.3, 1][trial]),relu,0\n"
        }
        try write(table, to: folder + "/trials.csv")
        let objective = TrialObjective(try TrialTable(reading: folder))
        #expect(objective.name == "validation_accuracy" && objective.higherIsBetter)
        var ends = Self.header
        for trial in 0..<3 {
          let run = try ReportedRun(folder: folder + "/trial-000\(trial)")
          // What the last epoch came to, though an earlier one was the best.
          ends += "\(trial),done,\(run.course(of: "train_loss").last!.y),4,0.1,1,relu,0\n"
        }
        try write(ends, to: folder + "/trials.csv")
        let loss = TrialObjective(try TrialTable(reading: folder))
        #expect(loss.name == "train_loss" && !loss.higherIsBetter)
        try write(table, to: folder + "/trials.csv")
        let check = checked(RunReport.page(of: try TrialTable(reading: folder)))
        #expect(check.has("h2", "The best trials"))
        #expect(check.has("text", "trial 0") && check.has("text", "trial 2"))
      }
    }

    @Test func scalesOfParameters() {
      let shares = (0..<50).map { (Double($0) + 0.5) / 50 }
      #expect(SearchSection.spansDecades(shares.map { 0.001 * pow(1000, $0) }))
      #expect(!SearchSection.spansDecades(shares.map { $0 * 0.6 }))
      #expect(!SearchSection.spansDecades([32, 64, 128]))
      #expect(!SearchSection.spansDecades([0, 1, 100]) && !SearchSection.spansDecades([]))
    }

    @Test(arguments: ["", "0,failed,,,,1,relu,0\n", "0,done,0.5,3,1,0.1,relu,0\n", "0,done,0.5\n"])
    func fewTrials(rows: String) throws {
      try check(rows) { check, _ in #expect(check.has("h2", "Trials")) }
    }

    @Test func noTable() throws {
      try inTemporaryFolder { folder in
        #expect(!TrialTable.isFolder(folder))
        try write("a,b\n1,2\n", to: folder + "/trials.csv")
        #expect {
          try TrialTable(reading: folder)
        } throws: {
          "\($0)".contains("it needs the columns index, state and score, and has a, b")
        }
        try write("", to: folder + "/trials.csv")
        #expect(throws: RunFailure.self) { try TrialTable(reading: folder) }
      }
    }

    @Test func manyTrialsAreBounded() throws {
      var rows = ""
      for index in 0..<5000 {
        rows +=
          "\(index),done,\(Double(index % 977) / 977),3,1,\(0.0001 * Double(index + 1)),relu,\(index)\n"
      }
      try check(rows, higherIsBetter: true) { check, page in
        #expect(page.utf8.count < 400_000, "\(page.utf8.count)")
        #expect(check.has("caption", "The best 100 of 5000"))
      }
    }
  }
}
