import Espalier

/// Random trials that leave no part of a range out: of n trials, one has each parameter in each n-th part of its
/// positions (McKay, Beckman and Conover, 1979).
struct LatinHypercube: SearchStrategy {
  static let manifest = Manifest(
    "latin_hypercube", "random trials, one in each n-th part of every parameter's range",
    paper: "McKay, Beckman and Conover, 1979", sample: "{latin_hypercube: {trials: 16}}")

  @Parameter("how many trials", in: 1...100_000) var trials: Int = 16

  func steps(inRound round: Int, of search: SearchState) -> [TrialStep] {
    guard round == 0 else { return [] }
    let columns = search.space.parameters.map { parameter in
      var random = search.random("strata." + parameter.path, 0)
      return random.permutation(trials).map { part in
        parameter.range.value(at: (Double(part) + random.fraction()) / Double(trials))
      }
    }
    return (0..<trials).map { index in
      TrialStep(index, SearchPoint(columns.map { $0[index] }))
    }
  }
}
