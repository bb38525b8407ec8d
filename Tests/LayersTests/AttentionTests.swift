import EspalierConformance
import EspalierLayers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct AttentionTests {
  private let names = ["out_proj_weight": "out_proj.weight", "out_proj_bias": "out_proj.bias"]

  @Test func theProductAgreesWithReference() throws {
    let references = try Oracle.cases(
      "layers/attention", named: ["scaled_dot_product_attention"])
    #expect(references.count == 2)
    for reference in references {
      #expect(
        try reference.differences(precision: .doubleWithSingleConstants) { _, tensors in
          let y = try attention(
            tensors["q"]!, tensors["k"]!, tensors["v"]!, causal: reference.flag("causal") ?? false)
          return ["y": y.result]
        } == [])
    }
  }

  @Test func headsAgreeWithReference() throws {
    let references = try Oracle.cases("layers/attention", named: ["multi_head_attention"])
    #expect(references.count == 3)
    for reference in references {
      let heads = Int(reference.number("num_heads")!)
      let layer = Attention(heads, causal: reference.text("mode") == "causal")
      #expect(
        try reference.differences(variables: names, precision: .doubleWithSingleConstants) {
          let query = $1["x"] ?? $1["q"]!
          let y = try layer.attend(query, over: $1["kv"], in: Scope($0))
          return ["y": y.result, "attention": y.shares.mean([1])]
        } == [])
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(Attention(2), [2, 3, 4])
    try checkSlopes(Attention(1, causal: true, bias: false), [1, 4, 3])
    try checkSlopes(Attention(2, dropout: 0.3), [2, 3, 4])
  }

  @Test func optimizedExecutionAgrees() throws {
    for causal in [true, false] {
      try Evaluation.checkBackends(
        inputs: ["x": numbers([3, 7, 8])], relative: 1e-4, absolute: 1e-4
      ) { recorder, tensors in
        let layer = Attention(4, causal: causal, dropout: 0.2)
        let y = try layer(tensors["x"]!, in: Scope(recorder))
        let learned = recorder.variables.learned
        let targets = learned.map { recorder.value(of: $0) } + [tensors["x"]!]
        let gradients = square(y).sum().gradients(for: targets)
        var results = ["y": y]
        for (name, gradient) in zip(learned.map(\.name) + ["dx"], gradients) {
          results[name] = gradient
        }
        return results
      }
    }
  }

  @Test func whatIsToComeChangesNothing() throws {
    let parameters = ["in_proj_weight": numbers([12, 4]).values]
    var x = numbers([1, 3, 4])
    let before = try run(Attention(2, causal: true), x, parameters: parameters).values
    x.values[8] += 1
    let after = try run(Attention(2, causal: true), x, parameters: parameters).values
    #expect(before[..<8] == after[..<8])
    #expect(before[8...] != after[8...])
  }

  @Test func namesRolesAndShapes() throws {
    #expect(
      try record(Attention(2), [2, 3, 4]).variables.variables.map { "\($0.name) \($0.shape)" } == [
        "attention_1.in_proj_weight [12×4]", "attention_1.in_proj_bias [12]",
        "attention_1.out_proj.weight [4×4]", "attention_1.out_proj.bias [4]",
      ])
  }

  @Test func mistakesAreNamed() {
    #expect(refuses(Attention(2), [4, 6], "attention takes sequences"))
    #expect(refuses(Attention(4), [2, 3, 6], "6 features cannot be split into 4 heads"))
  }
}
