import EspalierProtocols
import Testing

@Suite struct NameMappingTests {
  @Test(arguments: [
    ("dense_1.weight", "dense_1.weight"), ("head.weight", "encoder.fc.weight"),
    ("head.bias", "out.b"), ("heads.weight", "heads.weight"),
    ("conv2d_3.weight", "features.3.conv.weight"),
    ("residual_2.dense_1.bias", "blocks.2.fc.1.bias"),
    ("norm.gamma", "norm.scale"), ("a_b_c.weight", "b-c.a.weight"),
  ])
  func names(_ parameter: String, _ expected: String) {
    let mapping = NameMapping([
      "head": "encoder.fc", "head.bias": "out.b", "conv2d_*": "features.*.conv",
      "residual_*": "rest.*", "residual_*.dense_*": "blocks.*.fc.*", "*.gamma": "*.scale",
      "a_*_*": "*-*.a",
    ])
    #expect(mapping.name(of: parameter) == expected)
  }

  @Test func prefixes() {
    let mapping = NameMapping(["head": "fc"], prefix: "net.")
    #expect(mapping.name(of: "head.weight") == "fc.weight")
    #expect(mapping.name(of: "dense_1.weight") == "net.dense_1.weight")
    #expect(mapping.key(for: "head.weight") == "head")
    #expect(mapping.key(for: "dense_1.weight") == nil)
  }

  @Test func whatCannotBeFilled() {
    #expect(NameMapping(["a*": "b*", "c*d*": "e*"]).unfillable == nil)
    #expect(NameMapping(["a*": "b*", "dense": "x.*"]).unfillable == "dense")
  }

  @Test func whatStarsStandFor() {
    #expect(NamePattern("a*b*").captures("axxbyy") == ["xx", "yy"])
    #expect(NamePattern("a*b*").captures("ab") == ["", ""])
    #expect(NamePattern("**").captures("ab") == ["", "ab"])
    #expect(NamePattern("ab").captures("ab") == [])
    #expect(NamePattern("a*a").captures("a") == nil)
    #expect(NamePattern("*b").captures("abc") == nil)
  }
}
