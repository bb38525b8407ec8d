import EspalierHost

/// The trials of a search: which values of its parameters did well.
struct SearchSection {
  let table: TrialTable
  /// Whether a higher score is better.
  let higherIsBetter: Bool
  /// The runs of the best trials, with their numbers.
  let best: [(index: Int, run: ReportedRun)]

  private static let lines = 400
  private static let axes = 10
  private static let rows = 100

  /// Trials with a score, the best first.
  private var ranked: [TrialTable.Trial] {
    table.trials.filter { $0.score != nil }.sorted {
      let sign = higherIsBetter ? -1.0 : 1.0
      return ($0.score! * sign, $0.index) < ($1.score! * sign, $1.index)
    }
  }

  var nodes: [Node] {
    [overview, parameters, courses, trials].compactMap { $0 }
  }

  // MARK: Overview

  private var overview: Node {
    let states = Dictionary(grouping: table.trials, by: \.state).mapValues(\.count)
    let ranked = ranked
    return Node("div") {
      Node("div", ["class": "tiles"]) {
        if let first = ranked.first, let score = first.score {
          tile(NumberWords.brief(score), "best score, of trial \(first.index)")
        }
        tile("\(table.trials.count)", table.trials.count == 1 ? "trial" : "trials")
        for state in states.keys.sorted() { tile("\(states[state]!)", state) }
      }
      if let first = ranked.first {
        Tables.table(
          ["parameter", "value of the best trial"],
          zip(table.parameters, first.values).map { [.text($0), .text($1)] })
      }
    }
  }

  private func tile(_ value: String, _ text: String) -> Node {
    Node("div", ["class": "tile"]) {
      Node("b") { value }
      Node("span") { text }
    }
  }

  // MARK: Parameters

  /// Parameters that differ between trials.
  private var varied: [Int] {
    table.parameters.indices.filter { parameter in
      Set(table.trials.map { $0.values[parameter] }).count > 1
    }
  }

  private var parameters: Node? {
    let ranked = ranked
    guard ranked.count > 1, !varied.isEmpty else { return nil }
    return Node("section", ["id": "parameters"]) {
      Node("h2") { "Parameters" }
      Node("div", ["class": "charts wide"]) { parallel(ranked) }
      Node("div", ["class": "charts"]) {
        for parameter in varied.prefix(12) { scatter(parameter, ranked) }
      }
    }
  }

  private func parallel(_ ranked: [TrialTable.Trial]) -> Node {
    let shown = Array(ranked.prefix(Self.lines))
    let names = varied.prefix(Self.axes)
    var axes = names.map { parameter -> ParallelCoordinates.Axis in
      let words = shown.map { $0.values[parameter] }
      if table.numbers(of: parameter) != nil {
        let numbers = words.map { Double($0) }
        let finite = numbers.compactMap { $0 }
        return .init(
          name: table.parameters[parameter],
          values: .numbers(numbers, logarithmic: Self.spansDecades(finite)))
      }
      return .init(
        name: table.parameters[parameter], values: .words(words.map { $0.isEmpty ? nil : $0 }))
    }
    axes.append(.init(name: "score", values: .numbers(shown.map(\.score), logarithmic: false)))
    let count = Double(max(shown.count - 1, 1))
    return ParallelCoordinates(
      title: "All trials",
      note: "a line a trial, the darker the better; the best one in another colour"
        + (ranked.count > shown.count ? "; the \(shown.count) best of \(ranked.count)" : "")
        + (varied.count > names.count
          ? "; the first \(names.count) of \(varied.count) parameters" : ""),
      axes: axes, quality: shown.indices.map { 1 - Double($0) / count },
      hover: shown.map(hover),
      description: "the best score, \(NumberWords.brief(shown[0].score!)), is that of trial "
        + "\(shown[0].index)"
    ).figure
  }

  private func hover(_ trial: TrialTable.Trial) -> String {
    "trial \(trial.index), score \(trial.score.map(NumberWords.brief) ?? "none"): "
      + zip(table.parameters, trial.values).map { "\($0) \($1)" }.joined(separator: ", ")
  }

  /// Whether values were rather drawn by their logarithms: the middle one then lies nearer to the middle.
  static func spansDecades(_ values: [Double]) -> Bool {
    let sorted = values.sorted()
    guard let low = sorted.first, let high = sorted.last, low > 0, high / low >= 10 else {
      return false
    }
    let middle = sorted[sorted.count / 2]
    let logarithmic = Axis(low...high, scale: .logarithmic).share(middle)
    return abs(logarithmic - 0.5) < abs(Axis(low...high).share(middle) - 0.5)
  }

  private func scatter(_ parameter: Int, _ ranked: [TrialTable.Trial]) -> Node {
    let name = table.parameters[parameter]
    guard let numbers = table.numbers(of: parameter) else {
      return Tables.table(
        [name, "trials", "mean score", "best score"], groups(parameter, ranked),
        caption: "Scores by the value of \(name)")
    }
    let byIndex = Dictionary(
      zip(table.trials.map(\.index), numbers), uniquingKeysWith: { $1 })
    let points = ranked.compactMap { trial -> (x: Double, y: Double)? in
      (byIndex[trial.index] ?? nil).map { ($0, trial.score!) }
    }
    var chart = Scatter(
      title: "Score over \(name)", xTitle: name, yTitle: "score",
      points: Array(points.prefix(1500)),
      marked: ranked.prefix(1).compactMap { trial in
        (byIndex[trial.index] ?? nil).map { ($0, trial.score!, hover(trial)) }
      }, description: "the best trial has \(ranked[0].values[parameter])")
    chart.note = "the best trial is ringed"
    chart.xScale = Self.spansDecades(points.map(\.x)) ? .logarithmic : .linear
    return chart.figure
  }

  /// A row a value.
  private func groups(_ parameter: Int, _ ranked: [TrialTable.Trial]) -> [[Tables.Cell]] {
    let groups = Dictionary(grouping: ranked, by: { $0.values[parameter] })
    return groups.keys.sorted().prefix(30).map { value in
      let scores = groups[value]!.compactMap(\.score)
      return [
        .text(value.isEmpty ? "—" : value), .count(scores.count),
        .number(scores.reduce(0, +) / Double(scores.count)),
        .number(higherIsBetter ? scores.max() : scores.min()),
      ]
    }
  }

  // MARK: Courses

  private var courses: Node? {
    guard !best.isEmpty else { return nil }
    let measures = ResultNames.ordered(Set(best.flatMap(\.run.measures)))
    let charts = measures.compactMap { measure -> Node? in
      let lines = best.enumerated().compactMap { place, trial -> LineChart.Line? in
        let validation = trial.run.course(of: "validation_" + measure)
        let points = validation.isEmpty ? trial.run.course(of: "train_" + measure) : validation
        return points.isEmpty
          ? nil : .init(name: "trial \(trial.index)", points: points, colour: place)
      }
      guard !lines.isEmpty else { return nil }
      var chart = LineChart(title: measure, lines: lines, isAlwaysNamed: true)
      chart.bounds = CourseSection.bounds(lines.flatMap { $0.points.map(\.y) })
      return chart.figure
    }
    return Node("section", ["id": "course"]) {
      Node("h2") { "The best trials" }
      Node("p", ["class": "note"]) { "On the validation split, where there is one." }
      Node("div", ["class": "charts"]) { charts }
    }
  }

  // MARK: Trials

  private var trials: Node {
    let unscored = table.trials.filter { $0.score == nil }
    let all = ranked + unscored
    return Node("section", ["id": "trials"]) {
      Node("h2") { "Trials" }
      Tables.table(
        ["trial", "state", "score", "epochs", "seconds"] + table.parameters,
        all.prefix(Self.rows).map { trial in
          [
            .text("\(trial.index)"), .text(trial.state), .number(trial.score),
            .number(trial.epochs.map(Double.init)), .number(trial.seconds),
          ]
            + trial.values.map { value in
              Double(value) == nil ? .text(value) : Tables.Cell(text: value, isNumber: true)
            }
        },
        caption: all.count > Self.rows ? "The best \(Self.rows) of \(all.count)" : nil)
    }
  }
}
