import EspalierHost

/// How well classes are told apart on samples that were not trained on.
struct ClassSection {
  let outcomes: ClassOutcomes
  let split: TrainedRun.SplitPredictions

  /// Classes of which a chart shows at most as many, those with the lowest F1 first.
  private static let matrixLimit = 40
  private static let curveLimit = 10
  private static let tableLimit = 60

  var nodes: [Node] {
    [
      Node("div", ["class": "charts"]) {
        matrix
        ReliabilityDiagram(calibration: Calibration(outcomes)).figure
        curves
      },
      scores,
    ]
  }

  /// Numbers of the classes, in their order; of many, those with the lowest F1.
  private func chosen(_ limit: Int) -> [Int] {
    let all = outcomes.names.indices
    guard all.count > limit else { return Array(all) }
    let f1 = all.map { outcomes.scores(of: $0).f1 }
    let inUse = all.filter { label in outcomes.scores(of: label).support > 0 }
    return inUse.sorted { (f1[$0], $0) < (f1[$1], $1) }.prefix(limit).sorted()
  }

  // MARK: Confusion matrix

  private var matrix: Node {
    let shown = chosen(Self.matrixLimit)
    let names = shown.map { outcomes.names[$0] }
    let isPart = shown.count < outcomes.names.count
    let cells = shown.map { row in
      let support = outcomes.scores(of: row).support
      return shown.map { column -> Heatmap.Cell? in
        let count = outcomes.count(row, saidToBe: column)
        guard count > 0 else { return nil }
        let share = Double(count) / Double(support)
        return Heatmap.Cell(
          share: share, text: "\(count)",
          hover: "true \(outcomes.names[row]), predicted \(outcomes.names[column]): "
            + "\(NumberWords.count(count, "sample")), \(NumberWords.percent(share))",
          colour: row == column ? 0 : 1)
      }
    }
    let numbers = Tables.table(
      ["true \\ predicted"] + names,
      shown.map { row in
        [.text(outcomes.names[row])] + shown.map { .count(outcomes.count(row, saidToBe: $0)) }
      })
    return Heatmap(
      title: "Confusion matrix",
      note: "samples; shades are shares of each true class"
        + (isPart
          ? "; the \(shown.count) of \(outcomes.names.count) classes with the lowest F1" : ""),
      description:
        "\(NumberWords.percent(outcomes.accuracy)) of \(NumberWords.count(outcomes.count, "sample")) are right",
      rows: names, columns: names, cells: cells, rowTitle: "true", columnTitle: "predicted",
      numbers: shown.count <= 20 ? numbers : nil
    ).figure
  }

  // MARK: ROC and precision over recall

  private var curves: [Node] {
    // Of two classes it is the second's, as metrics have it.
    let labels = outcomes.names.count == 2 ? [1] : chosen(Self.curveLimit)
    let found = labels.compactMap { label -> (name: String, curves: RankCurves)? in
      let scores = outcomes.truth.indices.map { outcomes.probability(of: label, $0) }
      return RankCurves(scores: scores, isHit: outcomes.truth.map { $0 == label })
        .map { (outcomes.names[label], $0) }
    }
    guard let first = found.first else { return [] }
    let isPart = outcomes.names.count > Self.curveLimit
    let part = isPart ? "the \(labels.count) classes with the lowest F1; " : ""
    let note =
      outcomes.names.count == 2
      ? "class \(first.name)" : part + "each class against the rest, with its area"
    var roc = CurvePlot(
      title: "ROC", note: note, xTitle: "false positives, share",
      yTitle: "true positives, share", valueName: "area",
      curves: found.map { .init(name: $0.name, points: $0.curves.roc, value: $0.curves.rocArea) })
    roc.chance = ((0, 0), (1, 1))
    var precision = CurvePlot(
      title: "Precision over recall", note: note, xTitle: "recall", yTitle: "precision",
      valueName: "average precision",
      curves: found.map {
        .init(
          name: $0.name, points: $0.curves.precisionRecall, value: $0.curves.averagePrecision)
      })
    precision.corner = .lowerLeft
    if outcomes.names.count == 2 {
      precision.chance = ((0, first.curves.share), (1, first.curves.share))
    }
    return [roc.figure, precision.figure]
  }

  // MARK: Scores

  private var scores: Node {
    let shown = chosen(Self.tableLimit)
    let all = outcomes.names.indices.map { outcomes.scores(of: $0) }
    func mean(_ value: (ClassOutcomes.Scores) -> Double) -> Double {
      all.reduce(0) { $0 + value($1) } / Double(all.count)
    }
    var rows: [[Tables.Cell]] = shown.map { label in
      [
        .text(outcomes.names[label]), .number(all[label].precision), .number(all[label].recall),
        .number(all[label].f1), .count(all[label].support),
      ]
    }
    rows.append([
      .text("mean of the classes"), .number(mean(\.precision)), .number(mean(\.recall)),
      .number(mean(\.f1)), .count(outcomes.count),
    ])
    rows.append([
      .text("accuracy"), .number(nil), .number(nil), .number(outcomes.accuracy),
      .count(outcomes.count),
    ])
    let isPart = shown.count < outcomes.names.count
    return Node("div") {
      Node("h3") { "Scores of each class" }
      Tables.table(
        ["class", "precision", "recall", "F1", "support"], rows,
        caption: isPart
          ? "the \(shown.count) of \(outcomes.names.count) classes with the lowest F1" : nil)
    }
  }
}
