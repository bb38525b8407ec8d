import EspalierHost
import EspalierProtocols
import Foundation

/// What `shift` prints.
struct ShiftText {
  let report: ShiftReport

  /// Rows of the table of features.
  private static let shownTests = 15
  private static let shownWeights = 5

  var text: String {
    var rows = [
      ["training", "\(count(report.trainingSamples, report.allTrainingSamples)) samples"],
      [
        "others",
        "\(count(report.otherSamples, report.allOtherSamples)) samples of "
          + (report.against == "test" ? "the test split" : report.against),
      ],
      ["together", domain],
    ]
    if !report.domain.weights.isEmpty, report.domain.probability < report.level {
      let weights = report.domain.weights.prefix(Self.shownWeights)
      rows.append(
        ["", "by " + weights.map { "\($0.name) \(signed($0.weight))" }.joined(separator: ", ")])
    }
    rows.append(["one by one", features])
    rows.append(["targets", targets])
    return Columns.text(rows) + "\n" + table + "\n" + verdict.joined(separator: "\n") + "\n"
  }

  private func count(_ looked: Int, _ all: Int) -> String {
    looked == all ? "\(all)" : "\(looked) of \(all)"
  }

  private func signed(_ value: Double) -> String {
    (value < 0 ? "" : "+") + Columns.brief((value * 100).rounded() / 100)
  }

  private var domain: String {
    "a classifier tells them apart with AUC \(Columns.brief(report.domain.area)) "
      + "(\(report.domain.folds) folds, p \(probability(report.domain.probability)))"
  }

  private var features: String {
    let what = report.components == nil ? "tests of features" : "tests of components"
    return "\(report.shifted.count) of \(report.tests.count) \(what) see a shift"
      + (report.components.map {
        "; \(report.features) features are tested by \($0) principal components"
      } ?? "")
  }

  private var targets: String {
    guard let target = report.target else { return "not known of both" }
    let p = "(p \(probability(target.probability)))"
    guard target.probability < report.level else { return "no difference is seen \(p)" }
    return "differ \(p)"
      + (target.category.map { ", class `\($0)` \(shares(target))" } ?? "")
  }

  private func shares(_ test: ShiftReport.Test) -> String {
    "\(percent(test.training)) → \(percent(test.other))"
  }

  private func percent(_ share: Double) -> String {
    Columns.brief((share * 1000).rounded() / 10) + " %"
  }

  private func probability(_ value: Double) -> String {
    value < 1e-3 ? String(format: "%.0e", value) : Columns.brief((value * 1000).rounded() / 1000)
  }

  private var table: String {
    let shown = report.tests.prefix(Self.shownTests)
    let rows = shown.map { test in
      var change = "\(Columns.brief(test.training)) → \(Columns.brief(test.other))"
      if test.kind != .values { change = shares(test) }
      return [
        test.name, words(test.kind), Columns.brief(test.statistic), probability(test.probability),
        probability(test.corrected), (test.category.map { "\($0) " } ?? "") + change,
        test.corrected < report.level ? "shift" : "",
      ]
    }
    let head = [
      [
        report.components == nil ? "feature" : "component", "test", "statistic", "p", "corrected",
        "mean or share", "",
      ]
    ]
    let more = report.tests.count - shown.count
    return Columns.text(head + rows, [.left, .left, .right, .right, .right])
      + (more > 0 ? "and \(more) more with greater p\n" : "")
  }

  private func words(_ kind: ShiftReport.Kind) -> String {
    switch kind {
    case .values: "KS"
    case .frequencies: "chi-square"
    case .missing: "missing"
    }
  }

  /// What it means, and what can be done about it.
  var verdict: [String] {
    var lines: [String] = []
    let side = report.against == "test" ? "the test split" : report.against
    if report.inputsDiffer {
      let names = report.shifted.prefix(3).map(\.name)
      lines.append(
        "The inputs of \(side) differ from those of training"
          + (names.isEmpty
            ? ", by several features together." : ": \(names.joined(separator: ", "))."))
    } else {
      lines.append(
        "No shift of the inputs is seen at the level \(ConfigValue.format(report.level)).")
    }
    if report.targetsDiffer == true {
      lines.append(report.inputsDiffer ? "The targets differ too." : "The targets differ.")
    }
    if report.inputsDiffer || report.targetsDiffer == true {
      if !report.correctedBy.isEmpty {
        lines.append(
          "The config corrects for a shift by \(report.correctedBy.joined(separator: ", ")).")
      } else {
        if report.inputsDiffer {
          lines.append(
            "If targets depend on inputs as in training: `data: {balance: [covariate_shift]}` weighs training samples by them."
          )
        }
        if report.target?.kind == .frequencies, report.targetsDiffer == true {
          lines.append(
            "If classes look as in training and only their shares differ: `data: {balance: [label_shift]}`."
          )
        }
      }
    }
    return lines
  }

  var value: ConfigValue {
    func test(_ test: ShiftReport.Test) -> ConfigValue {
      .table([
        .init("name", .text(test.name)), .init("test", .text(test.kind.rawValue)),
        .init("statistic", JSON.number(test.statistic)),
        .init("p", JSON.number(test.probability)),
        .init("corrected_p", JSON.number(test.corrected)),
        .init("training", JSON.number(test.training)), .init("other", JSON.number(test.other)),
        .init("category", JSON.text(test.category)),
        .init("shift", .bool(test.corrected < report.level)),
      ])
    }
    return .table([
      .init("name", .text(report.name)), .init("against", .text(report.against)),
      .init("training_samples", .integer(report.trainingSamples)),
      .init("other_samples", .integer(report.otherSamples)),
      .init("level", .number(report.level)), .init("inputs_differ", .bool(report.inputsDiffer)),
      .init("targets_differ", report.targetsDiffer.map(ConfigValue.bool) ?? .null),
      .init(
        "domain",
        .table([
          .init("auc", JSON.number(report.domain.area)),
          .init("p", JSON.number(report.domain.probability)),
          .init("folds", .integer(report.domain.folds)),
          .init(
            "weights",
            .list(
              report.domain.weights.map {
                .table([.init("name", .text($0.name)), .init("weight", JSON.number($0.weight))])
              })),
        ])),
      .init("target", report.target.map(test) ?? .null),
      .init("components", report.components.map(ConfigValue.integer) ?? .null),
      .init("features", .list(report.tests.map(test))),
      .init("corrected_by", .list(report.correctedBy.map(ConfigValue.text))),
      .init("verdict", .list(verdict.map(ConfigValue.text))),
    ])
  }
}
