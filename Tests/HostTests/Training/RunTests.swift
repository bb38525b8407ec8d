import EspalierHost
import EspalierProtocols
import Foundation
import Testing

/// Whole runs with callbacks of all sorts.
@Suite(.serialized) struct RunTests {
  @Test func eventsComeInTheirOrder() throws {
    let seen = Notes<Event>()
    let hooks = Event.allCases.filter { $0 != .afterBackward }.map { event in
      Hook(event) { _ in
        seen.all.append(event)
        return .proceed
      }
    }
    let result = try trainLine(epochs: 1, hooks: hooks)
    #expect(result.end == .finished)
    let step: [Event] = [.batchLoaded, .batchEnd]
    #expect(
      seen.all == [.pluginsBuilt, .dataOpened, .dataSplit, .transformsFitted]
        + [.runStart, .epochStart] + step + step + step + step
        + [.validationStart, .validationEnd, .epochEnd, .runEnd])
  }

  @Test func theSplitStepGivesTheSameWeights() throws {
    let plain = try finalWeights()
    let split = try finalWeights(hooks: [Hook(.afterBackward) { _ in .proceed }])
    #expect(plain.count == 3)
    #expect(plain.map(\.bitPattern) == split.map(\.bitPattern))
  }

  @Test func gradientsCanBeReadAndChanged() throws {
    let name = "affine_1.weight"
    let read = Notes<[Float]?>()
    let zeroed = try finalWeights(hooks: [
      Hook(.afterBackward) { run in
        read.all.append(try run.gradient(name))
        try run.setGradient(name, [0, 0])
        try run.setGradient("affine_1.bias", [0])
        read.all.append(try run.gradient(name))
        #expect(
          complaint { try run.setGradient(name, [1]) }
            == "affine_1.weight [2×1] has 2 values, not 1")
        #expect(
          complaint { _ = try run.gradient("affine_1.wight") }
            == "there is no parameter named `affine_1.wight`; did you mean `affine_1.weight`?")
        #expect(complaint { try run.setParameter("unknown", [1]) } != "")
        return .proceed
      },
      Hook(.batchEnd) { run in
        #expect(
          complaint { _ = try run.gradient(name) } == "gradients are there at afterBackward alone")
        return .proceed
      },
    ])
    #expect(read.all[0]?.count == 2)
    #expect(read.all[0] != [0, 0])
    #expect(read.all[1] == [0, 0])
    // Only the decay of the weights is left.
    #expect(zeroed[2] == 0)
  }

  @Test func lossAndGradientsCanBeTransformed() throws {
    let plain = try finalWeights()
    #expect(try finalWeights(callbacks: [Changed()]).map(\.bitPattern) == plain.map(\.bitPattern))
    // Two is a power of two: its products are exact.
    let twice = try finalWeights(callbacks: [Changed(loss: 2, gradients: 0.5)])
    #expect(twice.map(\.bitPattern) == plain.map(\.bitPattern))
    #expect(try finalWeights(callbacks: [Changed(gradients: 0)])[2] == 0)
  }

  @Test func weightsDecayAndBiasesDoNot() throws {
    let still = [Changed(gradients: 0)]
    let first = Notes<[Float]>()
    let start = Hook(.runStart) { run in
      try run.setParameter("affine_1.bias", [3])
      first.all.append(try run.parameter("affine_1.weight"))
      return .proceed
    }
    let found = try finalWeights(callbacks: still, hooks: [start])
    let factor = Float(Foundation.pow(0.99, 12))
    for (weight, initial) in zip(found, first.all[0]) {
      #expect((weight - initial * factor).magnitude < 1e-5)
    }
    #expect(found[2] == 3)
  }

  @Test(arguments: [Event.batchEnd, .afterBackward, .epochEnd, .batchLoaded, .checkpointSaved])
  func aStopEndsTheRunInGoodOrder(event: Event) throws {
    try withFolder { folder in
      let result = try trainLine(
        in: folder + "/run", callbacks: [Memo()], hooks: [Hook(event) { _ in .stop("enough") }])
      #expect(result.end == .stopped("enough"))
      #expect(result.summary.status == "stopped")
      #expect(result.summary.reason == "enough")
      let steps: [Event: Int] = [.batchEnd: 1, .afterBackward: 1, .batchLoaded: 0]
      #expect(result.summary.steps == steps[event] ?? 4)
    }
  }

  @Test func skippedBatchesAndRatesOfOneStep() throws {
    let seen = Notes<(Double, Int)>()
    let result = try trainLine(
      epochs: 1,
      hooks: [
        Hook(.batchLoaded) { run in
          if run.stepInEpoch == 1 { return .skipBatch }
          if run.stepInEpoch == 2 { run.learningRate = 0 }
          return .proceed
        },
        Hook(.batchEnd) { run in
          seen.all.append((run.learningRate, run.samples))
          return .proceed
        },
      ])
    #expect(result.summary.steps == 3)
    // The batch that was left out has no end.
    #expect(seen.all.map(\.0) == [0.05, 0, 0.05])
    #expect(seen.all.map(\.1) == [5, 10, 11])
  }

  /// Two callbacks may have two ideas of the best: the first one in the order is right.
  @Test func theFirstKeeperDecidesWhatIsBest() throws {
    struct Keeper: Callback {
      static let manifest = Manifest("keeper", "keeps one epoch")
      var at = 2
      let events: Set<Event> = [.epochEnd]
      func handle(_ event: Event, _ run: any RunState) -> Decision {
        if run.epoch == at { run.keepAsBest() }
        return .proceed
      }
    }
    let kept = Notes<[Float]>()
    let result = try trainLine(
      callbacks: [Keeper()],
      hooks: [
        Hook(.epochEnd) { run in
          if run.epoch == 2 { kept.all.append(try run.parameter("affine_1.weight")) }
          if run.epoch == 3 { run.keepAsBest() }
          return .proceed
        }
      ])
    #expect(result.bestEpoch == 2)
    #expect(result.summary.bestEpoch == 2)
  }

  @Test func aFolderWithARunIsNotReplacedUnasked() throws {
    try withFolder { folder in
      let path = folder + "/run"
      try trainLine(in: path, epochs: 1)
      let before = try Data(contentsOf: URL(fileURLWithPath: path + "/weights.safetensors"))
      #expect(
        complaint { try trainLine(in: path, epochs: 2) }.hasPrefix("\(path) holds a run already"))
      let after = try Data(contentsOf: URL(fileURLWithPath: path + "/weights.safetensors"))
      #expect(before == after)
      try "mine".write(toFile: path + "/notes.txt", atomically: true, encoding: .utf8)
      #expect(try trainLine(in: path, epochs: 2, force: true).summary.epochs == 2)
      #expect(FileManager.default.fileExists(atPath: path + "/notes.txt"))
    }
  }

  @Test func numbersThatAreNoneAreTextInTheSummary() throws {
    try withFolder { folder in
      let path = folder + "/run"
      try trainLine(
        in: path, epochs: 1,
        hooks: [
          Hook(.runStart) { run in
            try run.setParameter("affine_1.bias", [.infinity])
            return .proceed
          }
        ])
      let text = try String(contentsOfFile: path + "/summary.json", encoding: .utf8)
      #expect(text.contains("\"NaN\""))
      #expect(text.contains("\"status\" : \"finished\""))
    }
  }
}
