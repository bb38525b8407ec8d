import EspalierHost
import EspalierProtocols
import Testing

@Suite struct OrderTests {
  @Test func patterns() {
    for (pattern, name, fits) in [
      ("dense_1", "dense_1", true), ("dense_1", "dense_12", false), ("conv*", "conv2d_1", true),
      ("conv*", "a.conv", false), ("*.bias", "dense_1.bias", true), ("*.bias", "bias", false),
      ("*", "", true), ("", "", true), ("", "a", false), ("a*a", "a", false), ("a*a", "aa", true),
      ("*b*b*", "abcb", true), ("*b*b*", "abc", false), ("a**c", "abc", true),
      ("*ab", "aab", true), ("a*b*ab", "abab", true), ("a*b*ab", "aab", false),
    ] { #expect(NamePattern(pattern).matches(name) == fits, "\(pattern) \(name)") }
  }

  private struct First: Callback {
    static let manifest = Manifest("first", "")
    let runsBefore = ["second"]
  }
  private struct Second: Callback { static let manifest = Manifest("second", "") }
  private struct Third: Callback {
    static let manifest = Manifest("third", "")
    let runsAfter = ["second", "unknown"]
  }
  private struct Against: Callback {
    static let manifest = Manifest("against", "")
    let runsBefore = ["first"]
    let runsAfter = ["second"]
  }

  @Test func callbacksKeepTheConfigsOrderUnlessTheyAsk() throws {
    func order(_ callbacks: [any Callback]) throws -> [String] {
      try CallbackOrder.arrange(callbacks).map(\.pluginName)
    }
    #expect(try order([]) == [])
    #expect(try order([Third(), Second(), First()]) == ["first", "second", "third"])
    #expect(try order([Second(), Memo(), First()]) == ["first", "second", "memo"])
    #expect(try order([Third(), First()]) == ["third", "first"])
    // One that is there twice does not wait for itself.
    #expect(try order([First(), First(), Second()]) == ["first", "first", "second"])
  }

  @Test func contradictionsAreNamed() {
    #expect(
      complaint { _ = try CallbackOrder.arrange([Memo(), First(), Second(), Against()]) }
        == "callbacks ask for an order that does not exist: first, second, against")
  }

  @Test func timeInEpochsAndSteps() {
    let time = TrainingTime(step: 25, stepsPerEpoch: 10, totalSteps: 50)
    #expect(time.epoch == 2)
    #expect(time.totalEpochs == 5)
    #expect(time.elapsed(in: .epochs) == 2)
    #expect(time.elapsed(in: .steps) == 25)
    #expect(time.total(in: .epochs) == 5)
    #expect(time.total(in: .steps) == 50)
    #expect(TrainingTime(step: 3, stepsPerEpoch: 0, totalSteps: 0).epoch == 3)
  }
}
