import EspalierProtocols

/// Shows on standard error how the run goes.
///
/// On a terminal: one line that moves while an epoch runs (how far it is, step loss, samples a second,
/// time left, the course of the epochs' losses), then one line for each epoch. Elsewhere, and where
/// `CI` is set or `TERM` is `dumb`: plain lines, one an epoch and within long epochs one each 30
/// seconds; of a run of more than 50 epochs at most one each 30 seconds. `NO_COLOR` takes the colours
/// away; a locale that is not UTF-8, all characters beyond ASCII. The line is drawn at most ten times
/// a second.
public struct ProgressDisplay: Callback {
  /// How it is shown.
  public enum Style: String, Choice {
    /// As the place of the output allows.
    case auto
    /// The moving line, wherever the output goes.
    case bar
    /// Lines without any control characters.
    case plain
    case none
  }

  public static let manifest = Manifest(
    "progress", "shows epoch, loss, speed and time left on the terminal",
    sample: "{progress: {style: plain}}")

  @Parameter("how it is shown; `auto` as the output allows") public var style: Style = .auto

  private let output: any DisplayOutput
  private var terminal: Terminal?

  private var picture = ProgressPicture()
  private var ticker = Ticker(every: 0.1, from: 0)
  private var isLive = false
  private var isDrawn = false
  /// Where this process began to count.
  private var start = (step: 0, seconds: 0.0)
  private var epochStart = (samples: 0, seconds: 0.0)
  private var epochSeconds = 0.0
  private var lineAt = -Double.infinity
  /// The last epoch that is over, and the last that has its line.
  private var epochDone = 0
  private var epochShown = 0

  public init() { output = StandardError() }

  public init(style: Style) {
    output = StandardError()
    self.style = style
  }

  /// With another place for the output, for tests.
  package init(style: Style, output: any DisplayOutput, terminal: Terminal) {
    self.output = output
    self.terminal = terminal
    self.style = style
  }

  private static let plainInterval = 30.0
  private static let liveInterval = 0.1
  /// Runs of up to so many epochs have a plain line for each.
  private static let fewEpochs = 50
  private static let keptLosses = 64

  public var events: Set<Event> {
    style == .none
      ? [] : [.runStart, .epochStart, .batchEnd, .epochEnd, .interrupted, .failure, .runEnd]
  }

  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    switch event {
    case .batchEnd: if ticker.ticks(run) { drawStep(run) }
    case .runStart: begin(run)
    case .epochStart: epochStart = (run.samples, run.seconds)
    case .epochEnd: endEpoch(run)
    case .interrupted, .failure: erase()
    case .runEnd:
      erase()
      if epochShown != epochDone { showEpoch(run) }
    default: break
    }
    return .proceed
  }

  private mutating func begin(_ run: any RunState) {
    let place = terminal ?? .current
    terminal = place
    isLive = style == .bar || (style == .auto && place.isLive)
    picture.isASCII = place.isASCII
    for note in run.facts.notes { output.write(note + "\n") }
    picture.epochs = run.epochs
    picture.stepsPerEpoch = run.stepsPerEpoch
    start = (run.step, run.seconds)
    epochStart = (run.samples, run.seconds)
    ticker = Ticker(
      every: isLive ? Self.liveInterval : Self.plainInterval, from: run.seconds)
  }

  // MARK: Within an epoch

  private mutating func drawStep(_ run: any RunState) {
    let now = run.seconds
    let isFirst = picture.loss.isNaN || picture.epoch != run.epoch
    picture.loss = isFirst ? run.batchLoss : 0.7 * picture.loss + 0.3 * run.batchLoss
    picture.epoch = run.epoch
    picture.step = run.step
    picture.stepInEpoch = run.stepInEpoch
    let inEpoch = now - epochStart.seconds
    if inEpoch > 0 { picture.rate = Double(run.samples - epochStart.samples) / inEpoch }
    let done = run.step - start.step
    let rest = run.epochs * run.stepsPerEpoch - run.step
    picture.left = done > 0 ? (now - start.seconds) / Double(done) * Double(max(rest, 0)) : nil

    if isLive {
      let width = output.columns - 1
      let line = displayLine(
        picture.live(barWidth: min(24, max(8, width / 4))), width: width, color: hasColor)
      output.write("\r" + line + "\u{1B}[K")
      isDrawn = true
    } else if now - lineAt >= Self.plainInterval {
      lineAt = now
      output.write(displayLine(picture.plain(), width: .max, color: false) + "\n")
    }
  }

  private var hasColor: Bool { terminal?.hasColor ?? false }

  private mutating func erase() {
    if isDrawn { output.write("\r\u{1B}[K") }
    isDrawn = false
  }

  // MARK: Between epochs

  private mutating func endEpoch(_ run: any RunState) {
    let now = run.seconds
    epochSeconds = now - epochStart.seconds
    epochDone = run.epoch
    picture.epoch = run.epoch
    if let loss = run.metrics["validation_loss"] ?? run.metrics["train_loss"] {
      picture.losses.append(loss)
      if picture.losses.count > Self.keptLosses { picture.losses.removeFirst() }
    }
    let isFirst = epochShown == 0
    let isLast = run.epoch >= run.epochs
    // Epochs that pass faster than a reader could follow share a line.
    let isDue =
      isLive
      ? now - lineAt >= Self.liveInterval
      : run.epochs <= Self.fewEpochs || now - lineAt >= Self.plainInterval
    if isFirst || isLast || isDue { showEpoch(run) }
  }

  private mutating func showEpoch(_ run: any RunState) {
    lineAt = run.seconds
    epochShown = epochDone
    let results = run.facts.columns.compactMap { name in run.metrics[name].map { (name, $0) } }
    let pieces = picture.finished(results, seconds: epochSeconds)
    if isLive {
      let line = displayLine(pieces, width: output.columns - 1, color: hasColor)
      output.write((isDrawn ? "\r" : "") + line + "\u{1B}[K\n")
      isDrawn = false
    } else {
      // Without the drawing, which serves nobody in a file.
      output.write(displayLine(Array(pieces.dropLast()), width: .max, color: false) + "\n")
    }
  }

  // The course of the losses goes on after a resumption.
  public var memory: CallbackMemory {
    get { CallbackMemory(lists: ["losses": picture.losses.filter(\.isFinite)]) }
    set { picture.losses = newValue.lists["losses"] ?? [] }
  }
}
