import EspalierProtocols

/// Writes the results of each epoch into the run's folder as a table (`history.csv`).
///
/// One row an epoch: `epoch`, `step`, `learning_rate`, `train_loss`, `validation_loss`, the metrics of
/// both splits, and `seconds`, the time that the epoch took. A result that is missing is empty; one
/// that is not finite is `nan`, `inf` or `-inf`. A resumed run first drops rows from the epoch on that
/// it goes on in; when its results are others than before, their columns come last.
public struct CSVLog: Callback {
  public static let manifest = Manifest(
    "csv_log", "appends each epoch's results to history.csv", aliases: ["csv"])

  @Parameter("name of the file in the run's folder") public var file: String = "history.csv"

  private var log: LogFile?
  private var columns: [String] = []
  private var epochBegan = 0.0

  public init() {}

  public init(file: String) { self.file = file }

  public func validate() throws { try checkFileName(file) }

  public var events: Set<Event> { [.runStart, .epochStart, .epochEnd] }

  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    switch event {
    case .runStart:
      epochBegan = run.seconds
      try start(run)
    case .epochStart: epochBegan = run.seconds
    case .epochEnd: try log?.append(Self.row(columns.map { value($0, run) }))
    default: break
    }
    return .proceed
  }

  private mutating func start(_ run: any RunState) throws {
    guard let folder = run.folder else { return }
    let fixed = ["epoch", "step", "learning_rate"]
    let results = run.facts.columns.filter { !fixed.contains($0) && $0 != "seconds" }
    columns = fixed + results + ["seconds"]

    let path = folder + "/" + file
    var rows: [[String]] = []
    let lines = run.step > 0 ? try LogFile.lines(of: path).map(Self.fields) : []
    if let header = lines.first, let epochColumn = header.firstIndex(of: "epoch") {
      columns += header.filter { !columns.contains($0) }
      let places = columns.map { header.firstIndex(of: $0) }
      for line in lines.dropFirst() where line.count == header.count {
        // The epoch that is under way gets its row when it ends, though its last step may be done.
        guard let epoch = Int(line[epochColumn]), epoch < run.epoch else { continue }
        rows.append(places.map { $0.map { line[$0] } ?? "" })
      }
    }
    try LogFile.replace(path, with: ([columns] + rows).map(Self.row))
    log = try LogFile(appendingTo: path)
  }

  private func value(_ column: String, _ run: any RunState) -> String {
    switch column {
    case "epoch": "\(run.epoch)"
    case "step": "\(run.step)"
    case "learning_rate": Self.text(run.learningRate)
    case "seconds": Self.text(((run.seconds - epochBegan) * 1000).rounded() / 1000)
    default: run.metrics[column].map(Self.text) ?? ""
    }
  }

  private static func text(_ number: Double) -> String {
    if number.isNaN { return "nan" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    return shortest(number)
  }

  private static func row(_ fields: [String]) -> String {
    fields.map { field in
      field.contains { $0 == "," || $0 == "\"" || $0.isNewline }
        ? "\""
          + field.split(separator: "\"", omittingEmptySubsequences: false)
          .joined(separator: "\"\"") + "\"" : field
    }.joined(separator: ",")
  }

  /// The fields of a line that this type has written.
  private static func fields(_ line: String) -> [String] {
    var fields: [String] = [""]
    var isQuoted = false
    var previous: Character?
    for character in line {
      switch character {
      case "\"":
        // A quote right after a closing one stands for itself.
        if !isQuoted, previous == "\"" { fields[fields.count - 1].append("\"") }
        isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
      previous = character
    }
    return fields
  }
}
