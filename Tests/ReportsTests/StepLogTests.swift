import Testing

@testable import EspalierReports

@Suite struct StepLogTests {
  private func line(_ event: String, _ step: Int, _ metrics: String) -> String {
    "{\"event\":\"\(event)\",\"epoch\":\(step / 100 + 1),\"step\":\(step),\"time\":\(1000 + step).25,"
      + "\"metrics\":{\(metrics)}}\n"
  }

  @Test func seriesAndEpochs() throws {
    try inTemporaryFolder { folder in
      let path = folder + "/metrics.jsonl"
      try write(
        line("step", 1, "\"gradient_norm/a.weight\":0.5,\"gradient_norm\":0.7")
          + line("step", 2, "\"learning_rate\":0.1") + line("epoch", 100, "\"train_loss\":null")
          + "no JSON\n" + line("step", 101, "\"gradient_norm/a.weight\":2")
          + "{\"event\":\"step\",\"epoch\":1,\"ste", to: path)
      let log = StepLog(reading: path)
      #expect(
        log.series.map(\.name) == ["gradient_norm/a.weight", "gradient_norm", "learning_rate"])
      let series = try #require(log.series(under: "gradient_norm/").first)
      #expect(series.name == "a.weight")
      #expect(series.points.map(\.x) == [1, 101] && series.points.map(\.y) == [0.5, 2])
      #expect(log.epochs.map(\.number) == [2])
      #expect(log.epochs[0].results["train_loss"]?.isNaN == true)
      #expect(log.lastTime == 1101.25)
    }
  }

  @Test func longLogsAreThinnedByCallback() throws {
    try inTemporaryFolder { folder in
      var text = ""
      for step in 1...20_000 {
        if step % 100 == 0 { text += line("step", step, "\"gradient_norm/a\":\(step)") }
        text += line("step", step, "\"learning_rate\":0.5")
      }
      let path = folder + "/metrics.jsonl"
      try write(text, to: path)
      let log = StepLog(reading: path)
      // Rare lines stay all.
      #expect(log["gradient_norm/a"]?.points.count == 200)
      let rates = try #require(log["learning_rate"]?.points)
      #expect((900...1001).contains(rates.count))
      #expect(rates.first?.x == 1 && rates.last?.x == 20_000)
    }
  }

  @Test func whatIsNotThereIsEmpty() throws {
    #expect(StepLog(reading: "/nowhere/metrics.jsonl").series.isEmpty)
    try inTemporaryFolder { folder in
      try write("", to: folder + "/metrics.jsonl")
      #expect(StepLog(reading: folder + "/metrics.jsonl").lastTime == nil)
    }
  }
}
