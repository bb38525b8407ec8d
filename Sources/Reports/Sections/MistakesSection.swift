import EspalierFormats
import EspalierHost
import EspalierProtocols

/// The samples that the model got wrong though it was sure, or values that it missed by most.
struct MistakesSection {
  let split: TrainedRun.SplitPredictions

  private static let pictures = 24
  private static let rows = 15
  private static let features = 40

  // MARK: Classes

  func node(_ outcomes: ClassOutcomes) -> Node? {
    let mistakes = outcomes.mistakes
    guard !mistakes.isEmpty else {
      return Node("p") { "No sample is mistaken." }
    }
    let shown = Array(mistakes.prefix(Self.pictures))
    let samples = shown.map { split.features(of: outcomes.samples[$0]) }
    let whole = samples.compactMap { $0 }
    if whole.count == shown.count, let shape = split.input?.sampleShape,
      let image = SampleImage(shape, showing: whole)
    {
      return Node("div") {
        heading(mistakes.count, shown.count)
        Node("ul", ["class": "gallery"]) {
          for (place, sample) in zip(shown, whole) {
            picture(image.picture(sample), place, outcomes)
          }
        }
      }
    }
    let rows = shown.prefix(Self.rows).enumerated().map { index, place in
      row(index, place, samples[index], outcomes)
    }
    return Node("div") {
      heading(mistakes.count, rows.count)
      Node("div", ["class": "scroll"]) {
        Node("table") {
          Node("thead") {
            Node("tr") {
              for name in ["sample", "true", "predicted"] { Node("th", ["scope": "col"]) { name } }
              for name in ["probability", "of the true one"] {
                Node("th", ["scope": "col", "class": "n"]) { name }
              }
              if !whole.isEmpty { Node("th", ["scope": "col"]) { "features" } }
            }
          }
          Node("tbody") { rows }
        }
      }
    }
  }

  /// `data/flowers.csv: line 14` without the folders.
  private static func short(_ place: String) -> String {
    place.split(separator: "/").last.map(String.init) ?? place
  }

  private func heading(_ count: Int, _ shown: Int) -> [Node] {
    [
      Node("h3") { "Surest mistakes" },
      Node("p", ["class": "note"]) {
        "\(NumberWords.count(shown)) of \(NumberWords.count(count, "mistake")), "
          + "those first of which the model was surest"
      },
    ]
  }

  private func picture(_ image: Image, _ place: Int, _ outcomes: ClassOutcomes) -> Node {
    let truth = outcomes.names[outcomes.truth[place]]
    let said = outcomes.names[outcomes.predicted[place]]
    let name = split.place(of: outcomes.samples[place])
    return Node("li") {
      Node(
        "img",
        [
          "src": .text(image.address), "width": "\(image.width)", "height": "\(image.height)",
          "alt": "\(name): true \(truth), predicted \(said)", "title": .text(name),
        ])
      Node("span", ["class": "wrong"]) { said }
      " \(NumberWords.percent(Double(outcomes.confidence[place]))), true "
      Node("b") { truth }
      Node("br")
      Node("span", ["class": "note"]) { Self.short(name) }
    }
  }

  private func row(
    _ index: Int, _ place: Int, _ features: [Float]?, _ outcomes: ClassOutcomes
  ) -> Node {
    let truth = outcomes.truth[place]
    return Node("tr") {
      Node("th", ["scope": "row"]) { Self.short(split.place(of: outcomes.samples[place])) }
      Node("td") { outcomes.names[truth] }
      Node("td", ["class": "wrong"]) { outcomes.names[outcomes.predicted[place]] }
      Node("td", ["class": "n"]) { NumberWords.brief(Double(outcomes.confidence[place])) }
      Node("td", ["class": "n"]) {
        NumberWords.brief(Double(outcomes.probability(of: truth, place)))
      }
      if let features { Node("td", ["class": "long"]) { folded(features) } }
    }
  }

  private func folded(_ features: [Float]) -> Node {
    Tables.folded(NumberWords.count(features.count, "feature")) { list(features) }
  }

  /// `petal length 1.4, colour red, …`
  private func list(_ features: [Float]) -> String {
    guard let input = split.input else { return "" }
    let shown = features.prefix(Self.features).enumerated().map { number, value in
      let name = input.name(ofFeature: number)
      if let levels = input.categories[number], let level = Int(exactly: value),
        levels.indices.contains(level)
      {
        return "\(name) \(levels[level])"
      }
      return "\(name) \(value.isNaN ? "missing" : NumberWords.brief(Double(value)))"
    }
    return shown.joined(separator: ", ")
      + (features.count > shown.count ? ", … (\(features.count) in all)" : "")
  }

  // MARK: Values

  func node(_ outcomes: ValueOutcomes) -> Node {
    let shown = outcomes.worst.prefix(Self.rows)
    let residuals = outcomes.residuals
    let samples = shown.map { split.features(of: $0) }
    let hasFeatures = samples.contains { $0 != nil }
    return Node("div") {
      Node("h3") { "Farthest off" }
      Node("div", ["class": "scroll"]) {
        Node("table") {
          Node("thead") {
            Node("tr") {
              Node("th", ["scope": "col"]) { "sample" }
              for name in ["true", "predicted", "difference"] {
                Node("th", ["scope": "col", "class": "n"]) { name }
              }
              if hasFeatures { Node("th", ["scope": "col"]) { "features" } }
            }
          }
          Node("tbody") {
            for (sample, features) in zip(shown, samples) {
              Node("tr") {
                Node("th", ["scope": "row"]) { Self.short(split.place(of: sample)) }
                for value in [
                  outcomes.truth[sample], outcomes.predicted[sample], residuals[sample],
                ] {
                  Node("td", ["class": "n"]) { NumberWords.brief(value) }
                }
                if let features { Node("td", ["class": "long"]) { folded(features) } }
              }
            }
          }
        }
      }
    }
  }
}
