import EspalierProtocols

/// `--progress`: how the course of a run is shown.
enum ProgressStyle: String, Choice {
  case auto, bar, plain, json, none

  /// The callback that shows it, by the name that all programs give it.
  private static let callback = "progress"

  /// Puts the style into the callbacks of a run.
  ///
  /// - Parameter adds: whether what the style needs is added, beside changing what is there.
  func apply(
    to callbacks: inout [any Callback], _ sink: any TextSink, adds: Bool = true
  ) throws {
    let named = callbacks.filter { $0.pluginName == Self.callback }
    switch self {
    case .none: callbacks.removeAll { $0.pluginName == Self.callback }
    case .json:
      callbacks.removeAll { $0.pluginName == Self.callback }
      if adds { callbacks.append(ProgressLines(sink: sink)) }
    case .auto, .bar, .plain:
      for shown in named {
        guard case .parameter(let style)? = Schema(of: shown)["style"]?.content,
          (try? style.assign(.text(rawValue))) != nil
        else {
          throw UsageError("the progress callback of this program has no style `\(rawValue)`")
        }
      }
    }
  }
}

/// Tells the course of a run to a program: one JSON object a line on standard error.
///
///     {"event":"epoch","epoch":3,"epochs":50,"step":300,"seconds":1.25,"metrics":{"train_loss":0.4}}
struct ProgressLines: Callback {
  // The name of what it stands for: a run has one of the two.
  static let manifest = Manifest("progress", "tells a program how the run goes")

  private let sink: (any TextSink)?

  init() { sink = nil }
  init(sink: any TextSink) { self.sink = sink }

  var events: Set<Event> { [.runStart, .epochEnd, .interrupted, .failure, .runEnd] }

  func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    var entries: [ConfigValue.Entry] = [
      .init("event", .text(Self.name(event))), .init("epoch", .integer(run.epoch)),
      .init("epochs", .integer(run.epochs)), .init("step", .integer(run.step)),
      .init("seconds", .number((run.seconds * 1000).rounded() / 1000)),
    ]
    if event == .epochEnd { entries.append(.init("metrics", JSON.numbers(run.metrics))) }
    sink?.write(JSON.line(.table(entries)))
    return .proceed
  }

  private static func name(_ event: Event) -> String {
    switch event {
    case .runStart: "run_start"
    case .epochEnd: "epoch"
    case .runEnd: "run_end"
    default: event.rawValue
    }
  }
}
