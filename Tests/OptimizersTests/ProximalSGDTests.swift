import EspalierConformance
import EspalierOptimizers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct ProximalSGDTests {
  @Test(arguments: ["proximal_l1", "proximal_l1_momentum", "proximal_elastic"])
  func followsTheReference(file: String) throws {
    try check(file) { reference in
      ProximalSGD(
        learningRate: reference.number("lr")!, strength: reference.number("lambda")!,
        beta: reference.number("beta") ?? 0, momentum: reference.number("momentum") ?? 0)
    }
  }

  @Test func smallWeightsBecomeExactlyZero() throws {
    var harness = Harness(
      ProximalSGD(learningRate: 0.5, strength: 1), at: .init([3], [0.25, -0.5, 2]))
    try harness.step([0, 0, 0])
    #expect(harness.parameter == [0, 0, 1.5])
  }

  @Test func biasesAreNotShrunk() throws {
    var harness = Harness(ProximalSGD(learningRate: 0.5, strength: 1), at: .init([1], [0.25]))
    try harness.step([0], decays: false)
    #expect(harness.parameter == [0.25])
  }

  /// Rows of a matrix are the weights of a unit; vectors take the plain step.
  @Test func groupsFollowTheReference() throws {
    for reference in try Oracle.cases("optimizers/proximal_group_lasso") {
      let optimizer = ProximalSGD(
        learningRate: reference.number("lr")!, strength: reference.number("lambda")!,
        groups: .units)
      guard let set = reference.other["gradients_set"]?.text else { continue }
      let given = try GivenGradients(set)
      let recorded = try #require(reference.outputs["recorded_steps"]).values.map { Int($0) }
      var offset = 0
      for (name, shape) in zip(given.names, given.shapes) {
        let part = offset..<offset + shape.count
        offset += shape.count
        var harness = Harness(optimizer, at: .init(shape, Array(given.start.values[part])))
        var path: [Double] = []
        for (step, gradient) in given.steps.enumerated() {
          try harness.step(Array(gradient[part]), decays: shape.rank > 1)
          if recorded.contains(step + 1) { path += harness.parameter }
        }
        let expected = try #require(reference.outputs[name])
        let problem = reference.difference(
          name, .init(expected.shape, path), expected, precision: .single)
        #expect(problem == nil, "\(reference.id): \(problem ?? "")")
      }
    }
  }

  /// A step of gradient zero is the proximal operator alone.
  @Test func proximalOperators() throws {
    var compared: Set<String> = []
    for reference in try Oracle.cases("regularizers/proximal_operators") {
      let x = reference.inputs["x"]!
      let (rate, strength) = (reference.number("step")!, reference.number("lambda")!)
      let optimizer: ProximalSGD
      var start = x
      var gradient = [Double](repeating: 0, count: x.values.count)
      switch reference.name {
      case "prox_l1": optimizer = ProximalSGD(learningRate: rate, strength: strength)
      case "prox_elastic_net":
        optimizer = ProximalSGD(
          learningRate: rate, strength: strength, beta: reference.number("beta")!)
      case "prox_group_lasso":
        optimizer = ProximalSGD(learningRate: rate, strength: strength, groups: .units)
      case "prox_adaptive_lasso":
        // First values of which the weights are the inverses, and a first step that leads to x.
        optimizer = ProximalSGD(learningRate: rate, strength: strength, adaptive: 1)
        let weights = reference.inputs["weights"]!.values
        start = .init(x.shape, weights.map { 1 / $0 })
        gradient = x.values.indices.map { place in
          let side = x.values[place] < 0 ? -1.0 : 1
          return (1 / weights[place] - x.values[place]) / rate - side * strength * weights[place]
        }
      // Plain weight decay has no threshold; it is no part of this optimizer.
      default: continue
      }
      var harness = Harness(optimizer, at: start)
      if reference.name == "prox_adaptive_lasso" {
        try harness.step(gradient)
        for (found, expected) in zip(harness.parameter, x.values) {
          #expect(abs(found - expected) < 1e-5)
        }
      }
      try harness.step([Double](repeating: 0, count: x.values.count))
      let problem = reference.difference(
        "prox", .init(x.shape, harness.parameter), reference.outputs["prox"]!, precision: .single)
      #expect(problem == nil, "\(reference.id): \(problem ?? "")")
      compared.insert(reference.name)
    }
    #expect(compared.count == 4)
  }

  @Test func inputsBecomeZeroTogether() throws {
    var harness = Harness(
      ProximalSGD(learningRate: 1, strength: 1, groups: .inputs),
      at: .init([2, 2], [0.5, 3, 0.5, 4]))
    try harness.step([0, 0, 0, 0])
    let expected = [0, 2.4, 0, 3.2]
    for (found, expected) in zip(harness.parameter, expected) {
      #expect(abs(found - expected) < 1e-6)
    }
    #expect(throws: PluginError.self) {
      try ProximalSGD(learningRate: 1, strength: 1, adaptive: 1, groups: .units).validate()
    }
  }

  /// What shrinks groups must see them whole.
  @Test func groupsAreNoElements() {
    #expect(ProximalSGD(learningRate: 0.1, strength: 1).isElementwise)
    #expect(!ProximalSGD(learningRate: 0.1, strength: 1, groups: .units).isElementwise)
  }
}
