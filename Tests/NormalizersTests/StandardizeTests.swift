import EspalierConformance
import EspalierNormalizers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct StandardizeTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/standardize", named: ["standardize"])
    where reference.flag("scale") == true {
      try check(reference, Standardize())
      let state = try Standardize().fit(try training(reference.inputs["train"]!))
      for name in ["mean", "scale"] {
        let found = Evaluation.Array(reference.outputs[name]!.shape, state.fitted(name))
        #expect(
          reference.difference(name, found, reference.outputs[name]!, precision: .single) == nil)
      }
    }
  }

  @Test func channelsOfImages() throws {
    for reference in try Oracle.cases("preprocessing/standardize", named: ["standardize_channels"])
    {
      let x = reference.inputs["x"]!
      let transform = try Standardize().fit(try training(x))
      #expect(transform.outputShape == [2, 3, 3])
      let problem = reference.difference(
        "standardized", transform.applied(to: x), reference.outputs["standardized"]!,
        precision: .single)
      #expect(problem == nil)
      #expect(transform.state["mean"]?.shape == [2])
    }
  }

  @Test func oneForAll() throws {
    let transform = try Standardize(per: .all).fit(try training([1, 2, 3, 4, 5, 6, 7, 8], [2, 2]))
    #expect(transform.fitted("mean") == [4.5])
    #expect(abs(transform.fitted("scale")[0] - 2.291288) < 1e-6)
    #expect(transform.state["mean"]?.shape == [1])
  }

  @Test func largeMeansDoNotCancel() throws {
    // One million and a spread of 1: squares of the raw values would lose it.
    let values = (0..<60_000).map { 1e6 + Double($0 % 3) - 1 }
    let transform = try Standardize().fit(try training(values, [1]))
    #expect(abs(transform.fitted("mean")[0] - 1e6) < 0.01)
    #expect(abs(transform.fitted("scale")[0] - (2.0 / 3).squareRoot()) < 1e-6)
    // Far-off first samples, over several chunks.
    let drift = (0..<400_000).map { $0 < 200_000 ? 1e6 : 1e6 + 1 }
    let drifted = try Standardize().fit(try training(drift, [1]))
    #expect(abs(drifted.fitted("scale")[0] - 0.5) < 1e-6)
  }

  @Test func refusesWhatIsNotFinite() throws {
    let message = complaint {
      _ = try Standardize().fit(try training([1, 2, .nan, 4], [2], names: ["age", "size"]))
    }
    #expect(message.contains("`age`"))
    #expect(complaint { _ = try Standardize().fit(try training([], [2])) }.contains("no training"))
  }

  @Test func refusesAnotherState() throws {
    #expect(complaint { _ = try Standardize().restore([:], sampleShape: [2]) }.contains("mean"))
    let state = ["mean": TransformState([1], [0]), "scale": TransformState([1], [1])]
    #expect(
      complaint { _ = try Standardize().restore(state, sampleShape: [2]) }.contains("2 finite"))
  }
}
