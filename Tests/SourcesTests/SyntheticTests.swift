import EspalierProtocols
import EspalierSources
import Testing

@Suite struct SyntheticTests {
  private func open(_ source: Synthetic, seed: UInt64 = 5) throws -> any Dataset {
    try source.open(SourceContext(folder: "", seed: seed))
  }

  @Test(arguments: Synthetic.Kind.allCases)
  func seedsDecide(_ kind: Synthetic.Kind) throws {
    let source = Synthetic(kind, samples: 50)
    let first = try open(source).samples()
    #expect(try open(source).samples() == first)
    #expect(try open(source, seed: 6).samples() != first)
    #expect(!first.features.contains { !$0.isFinite })
    #expect(Set(first.features).count > 40)
  }

  @Test func shapes() throws {
    let blobs = try open(Synthetic(.blobs, samples: 40, classes: 4, features: 7))
    #expect(blobs.description.sampleShape == [7] && blobs.description.target.count == 4)
    let targets = try blobs.allTargets()
    #expect((0..<4).allSatisfy { label in targets.filter { $0 == Float(label) }.count == 10 })
    #expect(try open(Synthetic(.spirals, classes: 5)).description.target.count == 5)
    #expect(try open(Synthetic(.moons)).description.target.count == 2)
    let line = try open(Synthetic(.regression, features: 3))
    #expect(line.description.target == .values(["y"]) && line.description.sampleShape == [3])
  }

  @Test func xorWithoutNoise() throws {
    let (features, targets) = try open(Synthetic(.xor, samples: 100, noise: 0)).samples()
    #expect(features.allSatisfy { abs($0) <= 1 })
    for sample in 0..<100 {
      let (x, y) = (features[2 * sample], features[2 * sample + 1])
      #expect(targets[sample] == (x * y >= 0 ? 0 : 1) || x * y == 0)
    }
  }

  @Test func moonsWithoutNoise() throws {
    let (features, targets) = try open(Synthetic(.moons, samples: 100, noise: 0)).samples()
    for sample in 0..<100 {
      let upper = targets[sample] == 0
      let x = features[2 * sample] - (upper ? 0 : 1)
      let y = features[2 * sample + 1] - (upper ? 0 : 0.5)
      #expect(abs(x * x + y * y - 1) < 1e-5 && (upper ? y > -1e-5 : y < 1e-5))
    }
  }

  /// The same line with and without noise, whose deviation is what is asked for within five standard
  /// errors.
  @Test func regressionIsALineWithNoise() throws {
    func open(_ noise: Float) throws -> (features: [Float], targets: [Float]) {
      try self.open(Synthetic(.regression, samples: 2000, noise: noise, features: 1)).samples()
    }
    let (plain, noisy) = (try open(0), try open(0.25))
    let slope = plain.targets[0] / plain.features[0]
    for (x, y) in zip(plain.features, plain.targets) { #expect(abs(y - slope * x) < 1e-5) }
    #expect(plain.features == noisy.features)
    let squares = zip(plain.targets, noisy.targets).map { ($0 - $1) * ($0 - $1) }
    let deviation = (squares.reduce(0, +) / 2000).squareRoot()
    #expect(abs(deviation / 0.25 - 1) < 5 / Float(4000).squareRoot())
  }

  @Test func refusesMoreThanMemoryHolds() {
    #expect(throws: PluginError.self) {
      try Synthetic(.blobs, samples: 100_000_000, features: 100_000).validate()
    }
  }
}
