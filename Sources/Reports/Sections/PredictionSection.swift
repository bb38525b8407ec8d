import EspalierHost
import EspalierProtocols

/// What the model says of samples that it was not trained on, by the kind of target.
struct PredictionSection {
  let run: ReportedRun

  /// Values of a target that are shown at most.
  private static let limit = 4

  var node: Node? {
    guard let split = run.predictions else {
      return run.gap.map { gap in
        Node("section", ["id": "predictions"]) {
          Node("h2") { "Predictions" }
          Node("p", ["class": "note"]) { gap }
        }
      }
    }
    return Node("section", ["id": "predictions"]) {
      Node("h2") { "On the \(split.split.rawValue) split" }
      Node("p", ["class": "note"]) { words(split) }
      content(split)
    }
  }

  private func words(_ split: TrainedRun.SplitPredictions) -> String {
    let all = NumberWords.count(split.splitCount, "sample")
    return split.count < split.splitCount
      ? "\(NumberWords.count(split.count)) of \(all), evenly spread" : all
  }

  private func content(_ split: TrainedRun.SplitPredictions) -> [Node] {
    let predictions = split.predictions
    switch predictions.target {
    case .classes(let names):
      guard
        let outcomes = ClassOutcomes(
          names: names, width: predictions.width, values: predictions.values,
          targets: split.targets)
      else { break }
      return ClassSection(outcomes: outcomes, split: split).nodes
        + [MistakesSection(split: split).node(outcomes)].compactMap { $0 }
    case .values(let names) where names.count == predictions.width:
      let width = predictions.width
      var nodes = names.indices.prefix(Self.limit).flatMap { column -> [Node] in
        func values(_ all: [Float]) -> [Double] {
          (0..<split.count).map { Double(all[$0 * width + column]) }
        }
        let outcomes = ValueOutcomes(
          name: names[column], truth: values(split.targets),
          predicted: values(predictions.values))
        return ValueSection(outcomes: outcomes, split: split).nodes
          + [MistakesSection(split: split).node(outcomes)]
      }
      if names.count > Self.limit {
        nodes.append(
          Node("p", ["class": "note"]) {
            "The first \(Self.limit) of \(names.count) values are shown."
          })
      }
      return nodes
    case .values, .none: break
    }
    return [
      Node("p", ["class": "note"]) {
        "The model says \(NumberWords.count(predictions.width, "number")) of a sample, which are not "
          + "compared with its target one by one."
      }
    ]
  }
}
