import EspalierCallbacks
import EspalierProtocols
import Synchronization
import Testing

/// Keeps what is written.
private final class Screen: DisplayOutput {
  let texts = Mutex<[String]>([])
  let columns: Int
  init(columns: Int = 80) { self.columns = columns }
  func write(_ text: String) { texts.withLock { $0.append(text) } }
  var all: [String] { texts.withLock { $0 } }
  var lines: [String] { all.joined().split(separator: "\n").map(String.init) }
}

@Suite struct ProgressDisplayTests {
  private let live = Terminal(isTTY: true) { ["LANG": "C.UTF-8", "NO_COLOR": "1"][$0] }
  private let file = Terminal(isTTY: false) { _ in nil }

  private func play(
    _ style: ProgressDisplay.Style, _ terminal: Terminal, _ screen: Screen, epochs: Int = 3,
    secondsPerStep: Double, stopsAfter: Int? = nil
  ) throws {
    var callback = ProgressDisplay(style: style, output: screen, terminal: terminal)
    let run = FakeRun()
    run.epochs = epochs
    try run.send(.runStart, to: &callback)
    for epoch in 1...(stopsAfter ?? epochs) {
      _ = try run.runEpoch(
        &callback, ["train_loss": 1 / Double(epoch), "validation_loss": 2 / Double(epoch)],
        secondsPerStep: secondsPerStep)
    }
    try run.send(.runEnd, to: &callback)
  }

  @Test func aLineMovesAndThenStays() throws {
    let screen = Screen()
    try play(.auto, live, screen, secondsPerStep: 1)
    #expect(
      screen.all[0]
        == "\repoch 1/3  ████▊                 25%  loss 1  8 samples/s  11 s left\u{1B}[K")
    #expect(screen.all[4] == "\repoch 1/3  loss 1  val_loss 2  4.0 s  ▁\u{1B}[K\n")
    #expect(
      screen.all[5]
        == "\repoch 2/3  ████▊                 25%  loss 1  8 samples/s  7.0 s left  ▁\u{1B}[K")
    #expect(screen.lines.count == 3)
    #expect(screen.all.count == 15)
  }

  @Test func isDrawnAtMostTenTimesASecond() throws {
    let screen = Screen()
    try play(.auto, live, screen, epochs: 1000, secondsPerStep: 1e-4)
    // 0.4 seconds: four looks, four lines, and the last epoch's.
    #expect(screen.all.count <= 10)
    #expect(screen.lines.last?.contains("epoch 1000/1000  loss 0.001") == true)
  }

  @Test func fitsItsWindow() throws {
    for columns in [1, 10, 20, 40, 60] {
      let screen = Screen(columns: columns)
      try play(.auto, live, screen, secondsPerStep: 1)
      for text in screen.all {
        let shown = text.filter { $0 != "\r" && $0 != "\n" }
        #expect(shown.count - "\u{1B}[K".count <= columns - 1, "\(shown)")
      }
    }
  }

  @Test func elsewhereLinesArePlain() throws {
    let screen = Screen()
    try play(.auto, file, screen, secondsPerStep: 0.5)
    #expect(
      screen.all == [
        "epoch 1/3  loss 1  val_loss 2  2.0 s\n", "epoch 2/3  loss 0.5  val_loss 1  2.0 s\n",
        "epoch 3/3  loss 0.3333  val_loss 0.6667  2.0 s\n",
      ])
    for text in screen.all { #expect(text.utf8.allSatisfy { $0 < 128 && $0 != 27 && $0 != 13 }) }
  }

  @Test func aLongEpochGivesASignOfLife() throws {
    let screen = Screen()
    try play(.auto, file, screen, epochs: 1, secondsPerStep: 20)
    #expect(
      screen.all == [
        "epoch 1/1   50%  loss 1  0.4 samples/s  40 s left\n",
        "epoch 1/1  100%  loss 1  0.4 samples/s  0 s left\n",
        "epoch 1/1  loss 1  val_loss 2  1:20\n",
      ])
  }

  @Test func manyEpochsShareALine() throws {
    let screen = Screen()
    try play(.plain, live, screen, epochs: 100, secondsPerStep: 0.5)
    // 200 seconds: the first, one each 30 seconds, the last.
    #expect(screen.all.count == 8)
    #expect(screen.all.last?.hasPrefix("epoch 100/100") == true)
  }

  @Test func aRunThatEndsEarlyShowsItsLastEpoch() throws {
    let screen = Screen()
    try play(.plain, live, screen, epochs: 100, secondsPerStep: 0.01, stopsAfter: 7)
    #expect(screen.all.count == 2)
    #expect(screen.all.last?.hasPrefix("epoch   7/100") == true)
  }

  @Test func canBeSilent() {
    #expect(ProgressDisplay(style: .none).events.isEmpty)
  }

  @Test func clearsItsLineForMessages() throws {
    let screen = Screen()
    var callback = ProgressDisplay(style: .bar, output: screen, terminal: live)
    let run = FakeRun()
    try run.send(.runStart, to: &callback)
    run.step = 1
    run.seconds = 1
    try run.send(.batchEnd, to: &callback)
    try run.send(.failure, to: &callback)
    #expect(screen.all.count == 2 && screen.all[1] == "\r\u{1B}[K")
  }

  @Test func theCourseGoesOnAfterAResumption() throws {
    let screen = Screen()
    var first = ProgressDisplay(style: .bar, output: screen, terminal: live)
    let run = FakeRun()
    try run.send(.runStart, to: &first)
    _ = try run.runEpoch(&first, ["validation_loss": 3], secondsPerStep: 1)
    var second = ProgressDisplay(style: .bar, output: screen, terminal: live)
    second.memory = first.memory
    try run.send(.runStart, to: &second)
    _ = try run.runEpoch(&second, ["validation_loss": 1], secondsPerStep: 1)
    #expect(screen.all.last?.contains("█▁") == true)
  }
}
