import EspalierHost

/// How near predicted values come to the true ones.
struct ValueSection {
  let outcomes: ValueOutcomes
  let split: TrainedRun.SplitPredictions

  /// Points that a chart shows at most.
  private static let limit = 1500

  var nodes: [Node] {
    [
      Node("h3") { outcomes.name },
      Tables.table(
        ["R²", "root mean squared error", "mean absolute error", "mean difference"],
        [
          [
            .number(outcomes.r2), .number(outcomes.meanSquaredError.squareRoot()),
            .number(outcomes.meanAbsoluteError), .number(outcomes.bias),
          ]
        ]),
      Node("div", ["class": "charts"]) {
        against
        residuals
        Bars(
          title: "How often which difference", note: "predicted − true", xTitle: "difference",
          values: outcomes.residuals
        ).figure
      },
    ]
  }

  private var shown: [Int] { Tables.spread(outcomes.truth.count, atMost: Self.limit) }

  private var note: String? {
    shown.count < outcomes.truth.count
      ? "\(NumberWords.count(shown.count)) of \(NumberWords.count(outcomes.truth.count)) samples"
      : nil
  }

  private func hover(_ sample: Int) -> String {
    "\(split.place(of: sample)): true \(NumberWords.brief(outcomes.truth[sample])), "
      + "predicted \(NumberWords.brief(outcomes.predicted[sample]))"
  }

  private var against: Node {
    Scatter(
      title: "Predicted against true",
      note: ["the farthest are ringed", note].compactMap { $0 }.joined(separator: "; "),
      xTitle: "true", yTitle: "predicted",
      points: shown.map { (outcomes.truth[$0], outcomes.predicted[$0]) },
      marked: outcomes.worst.prefix(10).map {
        (outcomes.truth[$0], outcomes.predicted[$0], hover($0))
      }, guide: .diagonal, description: "R² is \(NumberWords.brief(outcomes.r2))"
    ).figure
  }

  private var residuals: Node {
    let residuals = outcomes.residuals
    return Scatter(
      title: "Differences over predictions", note: note, xTitle: "predicted",
      yTitle: "predicted − true",
      points: shown.map { (outcomes.predicted[$0], residuals[$0]) },
      marked: outcomes.worst.prefix(10).map {
        (outcomes.predicted[$0], residuals[$0], hover($0))
      }, guide: .zero, description: "the mean difference is \(NumberWords.brief(outcomes.bias))"
    ).figure
  }
}
