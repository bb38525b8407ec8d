import EspalierHost
import EspalierProtocols
import Testing

/// Takes a number off features that are missing; leaves out what is over a limit.
private struct Patch: Cleaner {
  static let manifest = Manifest(
    "patch", "NaN → least value; leaves out training samples over a limit")
  @Parameter("limit") var limit: Float = 1e30
  init() {}
  init(limit: Float) { self.limit = limit }

  func fit(_ samples: TrainingSamples) throws -> any Transform {
    var least = Float.infinity
    try samples.forEachChunk { _, values, _ in
      for value in values where value < least { least = value }
    }
    return Map(outputShape: samples.description.sampleShape, least: least)
  }
  func restore(_ state: [String: TransformState], sampleShape: Shape) throws -> any Transform {
    Map(outputShape: sampleShape, least: state["least"]?.values.first ?? 0)
  }
  func exclusion(
    from samples: TrainingSamples, fitted transform: any Transform
  ) throws -> Exclusion {
    Exclusion(try samples.indices { features, _ in features.contains { $0 > limit } })
  }

  struct Map: Transform {
    let outputShape: Shape
    let least: Float
    var state: [String: TransformState] { ["least": TransformState([1], [least])] }
    func apply(
      _ input: UnsafeBufferPointer<Float>, count: Int,
      to output: UnsafeMutableBufferPointer<Float>
    ) {
      for place in input.indices { output[place] = input[place].isNaN ? least : input[place] }
    }
  }
}

/// Leaves samples as they are.
private struct Nothing: Cleaner {
  static let manifest = Manifest("nothing", "leaves everything as it is")
}

@Suite struct CleaningTests {
  private func data(missing: [Int]) throws -> ArrayDataset {
    let plain = try numbered(8, shape: [2])
    var features = plain.features
    for sample in missing { features[2 * sample + 1] = .nan }
    return try ArrayDataset(
      DataDescription(
        sampleShape: [2], featureNames: ["age", "size"], target: plain.description.target),
      features: features, targets: plain.targets
    ) { "table.csv: line \($0 + 2)" }
  }

  private func split() -> Split {
    var split = Split(trainingOnly: 8)
    split.training = [1, 2, 4, 6]
    split.validation = [0, 3]
    split.test = [5, 7]
    return split
  }

  @Test func fittedToTrainingAndAppliedToAll() throws {
    let base = try data(missing: [2, 3])
    for dataset in [base, OnDemand(base: base)] as [any Dataset] {
      let prepared = try Preparation.prepare(
        dataset, split: split(), transforms: [Patch(limit: 6.1)])
      // Sample 6 has 6 and 6.25: left out of training, and 7 of the test stays.
      #expect(try prepared.training.everything().features == [1, 1.25, 2, 1, 4, 4.25])
      #expect(try prepared.training.allTargets() == [1, 2, 1])
      #expect(try prepared.validation?.everything().features == [0, 0.25, 3, 1])
      #expect(try prepared.test?.everything().features == [5, 5.25, 7, 7.25])
    }
  }

  @Test func laterStepsAndTargetsSeeWhatIsLeft() throws {
    let prepared = try Preparation.prepare(
      try data(missing: [2]), split: split(),
      transforms: [Patch(limit: 4.1), Nothing(), Patch(), Shifted(), Total()])
    // Left are 1, 1.25 and 2, 1 (the least): their mean is 1.3125.
    #expect(try prepared.training.everything().features == [2.25 - 2.625, 3 - 2.625])
    #expect(try prepared.training.allTargets() == [1, 2])
    let valued = try ArrayDataset(
      DataDescription(sampleShape: [1], target: .values(["y"])), features: [1, 2, 3, 9],
      targets: [10, 20, 30, 1000])
    var all = Split(trainingOnly: 4)
    all.training = [0, 1, 2, 3]
    let scaled = try Preparation.prepare(
      valued, split: all, transforms: [Patch(limit: 5)], target: Shifted())
    #expect(try scaled.training.allTargets() == [-10, 0, 10])
  }

  @Test func whatIsLeftOutIsLeftOutAgain() throws {
    let samples = try data(missing: [2])
    let prepared = try Preparation.prepare(
      samples, split: split(), transforms: [Nothing(), Patch(limit: 6.1), Patch(limit: 4.1)])
    #expect(prepared.training.count == 2)
    let again = try prepared.transforms.remaining(
      of: Preparation.Samples(samples, rows: split().training))
    #expect(Array(again) == [1, 2])
  }

  private func message(_ transforms: [any FittedPlugin], missing: [Int]) -> String {
    complaint {
      _ = try Preparation.prepare(
        try data(missing: missing), split: split(), transforms: transforms)
    }
  }

  @Test func whatNobodyFilledInIsNamed() throws {
    let place = "table.csv: line 6, feature `size`: the value is missing; "
    for transforms in [[], [Shifted()]] as [[any FittedPlugin]] {
      #expect(
        message(transforms, missing: [4])
          == place
          + "`missing_values` in `data.clean` fills such values in, or leaves the samples out")
    }
    for transforms in [[Nothing()], [Nothing(), Shifted()], [Nothing(), Nothing()]]
      as [[any FittedPlugin]]
    {
      #expect(message(transforms, missing: [4]).hasPrefix(place + "nothing"), "\(transforms.count)")
    }
    // In validation, and after cleaners that left it.
    #expect(message([Shifted()], missing: [3]).hasPrefix("table.csv: line 5, feature `size`"))
    #expect(message([Nothing(), Shifted()], missing: [5]).hasPrefix("table.csv: line 7"))
    #expect(message([Nothing(), Patch(), Shifted()], missing: [3, 4, 5]) == "")
    #expect(message([Patch(), Nothing()], missing: [4]) == "")
  }

  @Test func infiniteValues() throws {
    let data = try ArrayDataset(
      DataDescription(sampleShape: [1], target: .classes(["a"])), features: [1, -.infinity],
      targets: [0, 0])
    let message = complaint {
      _ = try Preparation.prepare(data, split: Split(trainingOnly: 2))
    }
    #expect(message.hasPrefix("sample 1, feature 0: the value is infinite"))
  }

  @Test func nothingLeft() {
    #expect(message([Patch(limit: -1)], missing: []).contains("leaves no sample of 4"))
  }

  @Test func stepsThatDoNothingCostNoCopy() throws {
    let base = OnDemand(base: try numbered(6))
    let prepared = try Preparation.prepare(
      base, split: Split(trainingOnly: 6), transforms: [Nothing(), Nothing()])
    #expect(!prepared.training.isInMemory)
    #expect(try prepared.training.everything().features == base.base.features)
  }

  @Test func categoriesAndNamesAreSaved() throws {
    let catalog = try Catalog([
      PluginBundle("test") {
        Nothing.self
        Patch.self
      }
    ])
    let data = try ArrayDataset(
      DataDescription(
        sampleShape: [2], featureNames: ["color", "size"], categories: [0: ["blue", "red"]],
        target: .classes(["a"])), features: [0, 2, 1, 3], targets: [0, 0])
    try withFolder { folder in
      let prepared = try Preparation.prepare(
        data, split: Split(trainingOnly: 2), transforms: [Nothing(), Patch()])
      try prepared.transforms.save(to: folder, catalog: catalog)
      let restored = try FittedTransforms.restore(from: folder, catalog: catalog)
      #expect(restored.input.categories == [0: ["blue", "red"]])
      #expect(restored.output.featureNames == ["color", "size"])
      let only = FittedTransforms(
        input: data.description, steps: Array(restored.steps.prefix(1)), target: nil)
      #expect(only.output.categories == [0: ["blue", "red"]])
      #expect(try restored.apply(to: data).everything().features == [0, 2, 1, 3])
    }
  }
}
