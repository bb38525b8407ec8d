import Espalier
import EspalierFormats
import Foundation
import Testing

extension EndToEnd {
  /// A search for a rate before the training, which it must not change.
  @Suite struct RateFinderTests {
    private func config(_ finder: String, data: String = "") -> String {
      ResumeTests.dense.replacing("callbacks:", with: "callbacks:\n  - \(finder)")
        .replacing("  normalize:", with: "\(data)  normalize:")
        .replacing("schedule:", with: "# schedule:")
    }

    private func weights(_ folder: String) throws -> [String: [UInt32]] {
      try bits(folder + "/weights.safetensors")
    }

    /// Momentum, running statistics, random numbers and order are as if nothing had been tried.
    @Test(arguments: ["", "  balance: [oversample, class_balance]\n"])
    func everythingIsPutBack(_ data: String) throws {
      try withFolder { folder in
        let plain = try write(config("time_limit: {hours: 1}", data: data), folder, "plain.yaml")
        let finder = "learning_rate_finder: {from: 1e-3, to: 100, steps: 21}"
        let found = try write(config(finder, data: data), folder, "found.yaml")
        try train(plain, into: folder + "/plain")
        try train(found, into: folder + "/found")
        #expect(try weights(folder + "/plain") == weights(folder + "/found"))
        let rows = try lines(folder + "/found/learning_rate_finder.csv")
        // More steps than an epoch has, unless it diverged.
        #expect(rows.count > 12)
        let losses = try rows.dropFirst().map { row in
          try #require(Double(row.split(separator: ",")[1]))
        }
        #expect(losses.min()! < losses[0] * 0.7)
      }
    }

    /// The rate that is found is the run's, and that of the run which goes on from it.
    @Test func theRateIsApplied() throws {
      try withFolder { folder in
        let text = config(
          "learning_rate_finder: {from: 1e-3, to: 10, steps: 17, rule: minimum, apply: true}")
        let path = try write(text, folder)
        let whole = Record()
        try train(path, into: folder + "/whole", hooks: [whole.hook()])
        let rates = Set(whole.rates)
        #expect(rates.count == 1 && rates != [0.2])
        let rows = try lines(folder + "/whole/learning_rate_finder.csv").dropFirst().map {
          $0.split(separator: ",").compactMap { Double($0) }
        }
        let best = try #require(rows.min { $0[2] < $1[2] })
        #expect(abs(rates.first! / (best[0] / 10) - 1) < 1e-12)

        let stop = Hook([.batchEnd]) { _, run in run.step == 11 ? .stop("enough") : .proceed }
        try train(path, into: folder + "/cut", hooks: [stop])
        let rest = Record()
        try resume(folder + "/cut", hooks: [rest.hook()])
        #expect(Set(rest.rates) == rates)
        #expect(try weights(folder + "/cut") == weights(folder + "/whole"))
      }
    }

    /// A schedule starts from the rate that was found.
    @Test func schedulesStartFromIt() throws {
      try withFolder { folder in
        let finder = "{learning_rate_finder: {from: 0.001, to: 10, steps: 15, apply: true}}"
        let run = try Run(
          config: write(ResumeTests.dense, folder), sets: ["callbacks=[\(finder)]"])
        run.options.writesFolder = false
        run.configuration.training.epochs = 2
        run.configuration.schedule = StepDecay(stepSize: 1, gamma: 0.5)
        var rates: [Double] = []
        var base = 0.0
        run.on(.runStart, after: ["learning_rate_finder"]) { base = $0.baseLearningRate }
        run.on(.epochEnd) { rates.append($0.learningRate) }
        try run.fit()
        #expect(base != 0.2 && rates == [base, base / 2])
      }
    }

    /// Elsewhere than before the training nothing is tried.
    @Test func onlyBeforeTheTraining() throws {
      try withFolder { folder in
        let path = try write(config("time_limit: {hours: 1}"), folder)
        var message = ""
        let hook = Hook([.epochStart]) { _, run in
          do { try run.rehearse { _ in 0.1 } } catch { throw PluginError("found: \(error)") }
          return .proceed
        }
        do { try train(path, hooks: [hook]) } catch { message = "\(error)" }
        #expect(message.contains("steps can be rehearsed at runStart alone"), "\(message)")
      }
    }
  }
}
