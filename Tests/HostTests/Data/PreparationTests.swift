import EspalierHost
import EspalierProtocols
import Testing

@Suite struct PreparationTests {
  @Test func transformsAreFittedToTrainingRowsAlone() throws {
    let data = try numbered(10, shape: [2])
    var split = Split(trainingOnly: 10)
    split.training = [0, 1, 2]
    split.validation = [9, 5]
    let prepared = try Preparation.prepare(data, split: split, transforms: [Shifted()])
    // Mean of 0, 0.25, 1, 1.25, 2, 2.25.
    let mean: Float = 1.125
    #expect(prepared.transforms.steps[0].transform.state["mean"]?.values == [mean])
    #expect(try prepared.training.everything().features[0] == -mean)
    #expect(
      try prepared.validation?.everything().features
        == [9, 9.25, 5, 5.25].map { $0 - mean })
    #expect(try prepared.validation?.everything().targets == [0, 2])
    #expect(prepared.test == nil)
  }

  @Test func eachStepSeesWhatTheOnesBeforeMade() throws {
    let data = try numbered(4, shape: [2])
    let prepared = try Preparation.prepare(
      data, split: Split(trainingOnly: 4),
      transforms: [Shifted(factor: 2), Total(), Shifted(factor: 10)])
    #expect(prepared.description.sampleShape == [1])
    #expect(prepared.training.description.sampleShape == [1])
    // Sums are −6, −2, 2, 6; their mean is zero.
    #expect(try prepared.training.everything().features == [-60, -20, 20, 60])
    let again = try prepared.transforms.apply(
      to: OnDemand(base: data), rows: SampleNumbers([3, 0]))
    #expect(try again.everything().features == [60, -60])
  }

  @Test func dataStayWhereTheyAreWithoutTransforms() throws {
    let data = try numbered(6)
    var split = Split(trainingOnly: 6)
    split.training = [5, 1]
    split.test = [2]
    let mapped = try Preparation.prepare(OnDemand(base: data), split: split)
    #expect(!mapped.training.isInMemory)
    let inMemory = try Preparation.prepare(data, split: split)
    #expect(inMemory.training.isInMemory)
    #expect(try mapped.training.everything() == inMemory.training.everything())
    #expect(try mapped.training.everything().features == [5, 5.25, 5.5, 1, 1.25, 1.5])
    #expect(try mapped.training.allTargets() == [2, 1])
    #expect(try mapped.test?.everything().targets == [2])
  }

  @Test func targetsAndTheWayBack() throws {
    let data = try numbered(6, target: .values(["y"]))
    var split = Split(trainingOnly: 6)
    split.training = [0, 2]
    split.validation = [1, 5]
    for dataset in [data, OnDemand(base: data)] as [any Dataset] {
      let prepared = try Preparation.prepare(dataset, split: split, target: Shifted(factor: 4))
      #expect(try prepared.training.allTargets() == [-4, 4])
      #expect(try prepared.validation?.everything().targets == [0, 4])
      var predictions: [Float] = [-4, 0, 4]
      predictions.withUnsafeMutableBufferPointer {
        prepared.transforms.invertTargets($0, count: 3)
      }
      #expect(predictions == [0, 1, 2])
    }
    let classes = try numbered(6)
    let message = complaint {
      _ = try Preparation.prepare(classes, split: split, target: Shifted())
    }
    #expect(message.contains("regression only"))
  }

  @Test func separateDataMustFit() throws {
    let training = Preparation.Samples(try numbered(6))
    func message(_ other: any Dataset) -> String {
      complaint {
        _ = try Preparation.prepare(
          training: training, validation: nil, test: .init(other), transforms: [], target: nil)
      }
    }
    #expect(message(try numbered(2)) == "")
    #expect(message(try numbered(2, shape: [4])).contains("[4]"))
    #expect(message(try numbered(2, target: .classes(["a"]))).contains("other targets"))
    #expect(message(try numbered(0)).contains("no test samples"))
    #expect(
      complaint {
        _ = try Preparation.prepare(try numbered(0), split: Split(trainingOnly: 0))
      }.contains("no training"))
  }
}
