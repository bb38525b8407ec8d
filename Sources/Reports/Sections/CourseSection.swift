import EspalierHost

/// The course of training: learning curves, rate and speed.
struct CourseSection {
  let run: ReportedRun

  var node: Node? {
    let charts = curves + [rate, speed].compactMap { $0 }
    guard !charts.isEmpty else { return nil }
    return Node("section", ["id": "course"]) {
      Node("h2") { "Training" }
      Node("div", ["class": "charts"]) { charts }
    }
  }

  private var curves: [Node] {
    run.measures.compactMap { measure in
      var lines: [LineChart.Line] = []
      let training = run.course(of: "train_" + measure)
      let validation = run.course(of: "validation_" + measure)
      if !training.isEmpty {
        lines.append(.init(name: "train", points: training, style: .light))
      }
      if !validation.isEmpty { lines.append(.init(name: "validation", points: validation)) }
      guard !lines.isEmpty else { return nil }
      var chart = LineChart(title: measure, lines: lines)
      chart.marks = marks
      if let best = run.record.summary?.bestEpoch,
        let point = (validation.isEmpty ? training : validation).first(where: {
          $0.x == Double(best)
        }), point.y.isFinite
      {
        chart.dots = [
          (point.x, point.y, "best epoch \(best): \(NumberWords.brief(point.y))")
        ]
      }
      chart.bounds = Self.bounds(lines.flatMap { $0.points.map(\.y) })
      return chart.figure
    }
  }

  /// Shares stay between 0 and 1.
  static func bounds(_ values: [Double]) -> ClosedRange<Double> {
    let isShare = values.allSatisfy { !$0.isFinite || (0...1).contains($0) }
    return isShare ? 0...1 : -.infinity...(.infinity)
  }

  private var marks: [LineChart.Mark] {
    guard let summary = run.record.summary else { return [] }
    var marks: [LineChart.Mark] = []
    if let best = summary.bestEpoch {
      marks.append(.init(x: Double(best), label: "best: epoch \(best)"))
    }
    if summary.status != "finished", let last = run.epochs.last?.number {
      marks.append(.init(x: Double(last), label: OverviewSection.word(summary.status)))
    }
    return marks
  }

  private var rate: Node? {
    let steps = run.log["learning_rate"]?.points ?? []
    let points = steps.count > 1 ? steps : run.course(of: "learning_rate")
    guard !points.isEmpty else { return nil }
    let values = points.map(\.y)
    let ratio = (values.max() ?? 1) / (values.min() ?? 1)
    var chart = LineChart(
      title: "learning rate", xTitle: steps.count > 1 ? "step" : "epoch",
      lines: [.init(name: "learning rate", points: points, colour: 2)])
    chart.scale = ratio >= 10 && ratio.isFinite ? .logarithmic : .linear
    return chart.figure
  }

  /// Means of so many epochs in a row that milliseconds, in which their time is kept, make no steps.
  private static func together(
    _ seconds: [(x: Double, y: Double)]
  ) -> [(x: Double, y: Double)] {
    var result: [(x: Double, y: Double)] = []
    var (sum, count) = (0.0, 0.0)
    for epoch in seconds where epoch.y.isFinite {
      sum += epoch.y
      count += 1
      if sum >= 0.05 {
        result.append((epoch.x, sum / count))
        (sum, count) = (0, 0)
      }
    }
    return result
  }

  private var speed: Node? {
    let seconds = Self.together(run.course(of: "seconds"))
    guard seconds.count > 1 else { return nil }
    let summary = run.record.summary
    guard let samples = summary?.drawnSamples ?? summary?.samples["train"], samples > 0 else {
      return LineChart(
        title: "seconds of each epoch", lines: [.init(name: "seconds", points: seconds, colour: 3)],
        scale: .linear
      ).figure
    }
    return LineChart(
      title: "samples a second", note: "time of validations included",
      lines: [
        .init(
          name: "samples a second", points: seconds.map { ($0.x, Double(samples) / $0.y) },
          colour: 3)
      ], scale: .linear
    ).figure
  }
}
