import EspalierCallbacks
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct EarlyStoppingTests {
  @Test func followsTheReference() throws {
    for reference in try Oracle.cases("training_aids/early_stopping") {
      var callback = EarlyStopping(
        patience: Int(reference.number("patience")!), monitor: "validation_loss",
        minDelta: reference.number("min_delta")!,
        mode: MonitorMode(rawValue: reference.text("mode")!)!)
      let run = FakeRun()
      let values = reference.inputs["metric"]!.values
      var stopEpoch = values.count - 1
      var stopped = false
      for (epoch, value) in values.enumerated() {
        if case .stop = try run.runEpoch(&callback, ["validation_loss": value]) {
          stopEpoch = epoch
          stopped = true
          break
        }
      }
      func expected(_ name: String) -> Int { Int(reference.outputs[name]!.values[0]) }
      #expect(stopEpoch == expected("stop_epoch"), "\(reference.id)")
      #expect(stopped == (expected("stopped_early") == 1), "\(reference.id)")
      // Epochs here count from 1.
      #expect(run.deeds.last == "best \(expected("best_epoch") + 1)", "\(reference.id)")
      #expect(callback.memory.numbers["best"] == reference.outputs["best"]!.values[0])
    }
  }

  @Test func saysWhy() throws {
    var callback = EarlyStopping(patience: 2)
    let run = FakeRun()
    _ = try run.runEpoch(&callback, ["validation_loss": 0.5])
    _ = try run.runEpoch(&callback, ["validation_loss": 0.75])
    #expect(
      try run.runEpoch(&callback, ["validation_loss": .nan])
        == .stop("validation_loss did not improve for 2 epochs: best 0.5 in epoch 1"))
  }

  @Test func asksTheResultWhatIsBetter() throws {
    var callback = EarlyStopping(patience: 1, monitor: "validation_accuracy")
    let run = FakeRun()
    #expect(try run.runEpoch(&callback, ["validation_accuracy": 0.5]) == .proceed)
    #expect(try run.runEpoch(&callback, ["validation_accuracy": 0.6]) == .proceed)
    #expect(try run.runEpoch(&callback, ["validation_accuracy": 0.6]) != .proceed)
  }

  @Test func epochsWithoutValidationDoNotCount() throws {
    var callback = EarlyStopping(patience: 1)
    let run = FakeRun()
    _ = try run.runEpoch(&callback, ["validation_loss": 1])
    #expect(try run.runEpoch(&callback, validates: false) == .proceed)
    #expect(try run.runEpoch(&callback) != .proceed)
  }

  @Test func remembersAcrossAResumption() throws {
    var first = EarlyStopping(patience: 3)
    let run = FakeRun()
    for value in [1, 2, 3.0] { _ = try run.runEpoch(&first, ["validation_loss": value]) }
    var second = EarlyStopping(patience: 3)
    second.memory = first.memory
    #expect(try run.runEpoch(&second, ["validation_loss": 2]) != .proceed)
  }

  @Test func canLeaveTheWeights() throws {
    var callback = EarlyStopping(patience: 1, restoreBest: false)
    let run = FakeRun()
    _ = try run.runEpoch(&callback, ["validation_loss": 1])
    #expect(run.deeds.isEmpty)
  }

  @Test func anUnknownResultIsAnError() throws {
    var callback = EarlyStopping(patience: 1, monitor: "validation_f1")
    let run = FakeRun()
    #expect(throws: PluginError.self) {
      _ = try run.runEpoch(&callback, ["validation_loss": 1])
    }
  }
}
