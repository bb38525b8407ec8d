import EspalierNormalizers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct CenterTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/standardize", named: ["standardize"])
    where reference.flag("scale") == false {
      try check(reference, Center())
    }
  }

  @Test func images() throws {
    for reference in try Oracle.cases(
      "preprocessing/standardize", named: ["standardize_channels", "mean_image"])
    {
      let x = reference.inputs["x"]!
      let plugin = Center(per: reference.name == "mean_image" ? .pixel : .channel)
      let transform = try plugin.fit(try training(x))
      for (name, found) in [
        ("centered", transform.applied(to: x)),
        ("mean", .init(reference.outputs["mean"]!.shape, transform.fitted("mean"))),
      ] {
        let problem = reference.difference(
          name, found, reference.outputs[name]!, precision: .single)
        #expect(problem == nil, "\(reference.id)")
      }
    }
  }
}
