import EspalierHost
import EspalierProtocols
import Foundation
import Testing

/// Closures of a program: when they run, in which order, and what they may change.
@Suite(.serialized) struct HookTests {
  // MARK: Before the model

  @Test func factsGrowWhileTheRunIsComposed() throws {
    let seen = Notes<(Event, RunFacts)>()
    let events: [Event] = [.pluginsBuilt, .dataOpened, .dataSplit, .transformsFitted, .runStart]
    try trainLine(
      epochs: 1,
      hooks: events.map { event in
        Hook(event) { run in
          seen.all.append((event, run.facts))
          return .proceed
        }
      })
    #expect(seen.all.map(\.0) == events)
    let facts = seen.all.map(\.1)
    #expect(facts.map(\.batchSize) == [5, 5, 5, 5, 5])
    #expect(facts.map(\.name) == Array(repeating: "line", count: 5))
    #expect(facts.map(\.sampleShape) == [[], [2], [2], [2], [2]])
    #expect(facts.map(\.target.count) == [0, 1, 1, 1, 1])
    #expect(facts.map(\.trainingSamples) == [0, 0, 16, 16, 16])
    #expect(facts.map(\.validationSamples) == [0, 0, 6, 6, 6])
    #expect(facts.map(\.parameterCount) == [0, 0, 0, 0, 3])
  }

  @Test func aStopBeforeTheModelEndsTheRunBeforeItsFirstStep() throws {
    let seen = Notes<Event>()
    let result = try trainLine(hooks: [
      Hook(.dataSplit) { run in
        run.facts.trainingSamples < 100 ? .stop("too few samples") : .proceed
      },
      Hook(.batchLoaded) { _ in
        seen.all.append(.batchLoaded)
        return .proceed
      },
      Hook(.runEnd) { _ in
        seen.all.append(.runEnd)
        return .proceed
      },
    ])
    #expect(result.end == .stopped("too few samples"))
    #expect(result.summary.steps == 0)
    #expect(seen.all == [.runEnd])
  }

  @Test func whatDoesNotExistYetIsEmpty() throws {
    let seen = Notes<[String]>()
    try trainLine(
      epochs: 1,
      hooks: [
        Hook(.dataOpened) { run in
          seen.all.append(run.parameterNames)
          let early = "there are no parameters before runStart"
          #expect(complaint { _ = try run.parameter("affine_1.weight") } == early)
          #expect(complaint { try run.setParameter("affine_1.weight", [1, 2]) } == early)
          run.keepAsBest()
          #expect(!run.hasBest)
          return .proceed
        }
      ])
    #expect(seen.all == [[]])
  }

  // MARK: Intervals

  @Test(arguments: [Event.batchLoaded, .afterBackward, .batchEnd])
  func aHookMayComeAtSomeStepsOnly(event: Event) throws {
    let seen = Notes<Int>()
    let plain = try finalWeights()
    let hooked = try finalWeights(hooks: [
      Hook(event, every: 3) { run in
        seen.all.append(run.step)
        let hasGradients = (try? run.gradient("affine_1.weight")) != nil
        #expect(hasGradients == (event == .afterBackward))
        return .proceed
      }
    ])
    #expect(seen.all == (event == .batchEnd ? [3, 6, 9, 12] : [0, 3, 6, 9]))
    // Steps in one piece and steps with a stop after the gradients are the same arithmetic.
    #expect(plain.map(\.bitPattern) == hooked.map(\.bitPattern))
  }

  @Test func theLossIsKnownWhenGradientsAre() throws {
    let seen = Notes<[Double]>()
    try trainLine(
      epochs: 1,
      hooks: [
        Hook(.afterBackward) { run in
          seen.all.append([run.batchLoss])
          return .proceed
        },
        Hook(.batchEnd) { run in
          seen.all[seen.all.count - 1].append(run.batchLoss)
          return .proceed
        },
      ])
    #expect(seen.all.count == 4)
    for pair in seen.all { #expect(pair[0] == pair[1] && pair[0].isFinite) }
  }

  // MARK: Recorded changes

  @Test func aBatchCanBeTransformed() throws {
    let plain = try finalWeights()
    let same = try finalWeights(hooks: [
      RecordedHook(.batch { $0.features = 2 * $0.features }),
      RecordedHook(.batch { $0.features = 0.5 * $0.features }),
    ])
    #expect(same.map(\.bitPattern) == plain.map(\.bitPattern))
    // The target turned around turns the weights around in the end.
    let validation = Notes<Double>()
    let turned = try trainLine(
      epochs: 40,
      hooks: [
        RecordedHook(.batch { $0.target = -$0.target }),
        Hook(.runEnd) { run in
          validation.all = try run.parameter("affine_1.weight").map { Double($0) }
          return .proceed
        },
      ])
    #expect(validation.all[0] < -1)
    // What is validated is the plain batch.
    #expect(turned.metrics["validation_loss"]! > 4 * turned.metrics["train_loss"]!)
  }

  @Test func closuresOnLossAndGradientsEqualACallback() throws {
    let callback = try finalWeights(callbacks: [Changed(loss: 3, gradients: 0.5)])
    let closures = try finalWeights(hooks: [
      RecordedHook(.loss { loss, _ in loss * 3 }),
      RecordedHook(.gradients { gradients, _ in gradients.map { $0 * 0.5 } }),
    ])
    #expect(callback.map(\.bitPattern) == closures.map(\.bitPattern))
    #expect(callback != (try finalWeights()))
  }

  @Test func aLossThatIsNoNumberIsRefused() {
    let message = complaint {
      try trainLine(hooks: [
        RecordedHook(
          .loss { loss, context in loss + context.output.sum([1]) }, named: "spread")
      ])
    }
    #expect(message.contains("spread made the loss [5]; it must stay one number"), "\(message)")
  }

  // MARK: Order

  @Test func placesCanBeAskedFor() throws {
    func order(_ wishes: (before: [String], after: [String])) throws -> [String] {
      let seen = Notes<String>()
      func note(_ name: String, _ before: [String] = [], _ after: [String] = []) -> Hook {
        Hook(.epochEnd, named: name, before: before, after: after) { _ in
          seen.all.append(name)
          return .proceed
        }
      }
      try trainLine(
        epochs: 1, hooks: [note("one"), note("two"), note("three", wishes.before, wishes.after)])
      return seen.all
    }
    #expect(try order(([], [])) == ["one", "two", "three"])
    #expect(try order((["one"], [])) == ["three", "one", "two"])
    #expect(try order((["two"], ["one"])) == ["one", "three", "two"])
  }

  @Test func misspeltNeighboursAreFound() {
    let message = complaint {
      try trainLine(
        callbacks: [Memo()],
        hooks: [Hook(.epochEnd, named: "mine", before: ["memoo"]) { _ in .proceed }])
    }
    #expect(
      message
        == "mine asks for a place beside `memoo`, which is no callback; did you mean `memo`?")
    // One that exists but is not part of this run is no mistake.
    #expect(throws: Never.self) {
      try trainLine(
        epochs: 1, hooks: [Hook(.epochEnd, before: ["memo"]) { _ in .proceed }])
    }
  }

  // MARK: The plan

  @Test func thePlanShowsWhoRunsWhere() throws {
    let report = try PlanReport(
      lineConfiguration(callbacks: [Memo(), Changed(loss: 2)]), catalog: trainingCatalog,
      defaults: trainingDefaults,
      hooks: [
        RecordedHook(
          .gradients {
            $0.map { $0 * 2 }
            _ = $1
          }, named: "double"),
        Hook(.batchEnd, named: "first", before: ["memo"]) { _ in .proceed },
      ])
    #expect(report.changes == ["loss": ["changed"], "gradients": ["changed", "double"]])
    #expect(report.callbacks == ["batchEnd": ["first", "memo"], "epochEnd": ["memo"]])
    #expect(
      report.text.contains(
        """
        changes of the recorded step, in order
          loss: changed
          gradients: changed, double

        callbacks, in the order of their calls
          batchEnd: first, memo
          epochEnd: memo
        """))
  }
}
