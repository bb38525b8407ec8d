import EspalierConformance
import EspalierNormalizers
import EspalierProtocols
import Testing

@Suite struct ScaleTests {
  private let samples = Evaluation.Array([2, 3], [0, 8, 16, -4, 255, 1])

  @Test func doesNotDependOnTheSamples() throws {
    let transform = try Scale(factor: 0.0625, offset: -1).fit(try training(samples))
    #expect(transform.applied(to: samples).values == [-1, -0.5, 0, -1.25, 14.9375, -0.9375])
    let other = Evaluation.Array([1, 3], [1e6, 0, 32])
    #expect(transform.applied(to: other).values == [62499, -1, 1])
    #expect(transform.inverted(transform.applied(to: samples)) == samples)
  }

  @Test func images() throws {
    let image = Evaluation.Array([1, 2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7])
    let transform = try Scale(factor: 2).fit(try training(image))
    #expect(transform.outputShape == [2, 2, 2])
    #expect(transform.applied(to: image).values == [0, 2, 4, 6, 8, 10, 12, 14])
  }

  @Test func isRestored() throws {
    let transform = try Scale(factor: 0.5, offset: 3).fit(try training(samples))
    // The state, not the settings, is what was fitted.
    let restored = try Scale(factor: 9).restore(transform.state, sampleShape: [3])
    #expect(restored.applied(to: samples) == transform.applied(to: samples))
    #expect(throws: PluginError.self) { try Scale(factor: 9).restore([:], sampleShape: [3]) }
  }

  @Test func aFactorOfZeroIsRefused() throws {
    #expect(throws: PluginError.self) { try Scale(factor: 0).validate() }
    #expect(throws: PluginError.self) { try Scale(factor: .nan).validate() }
    try Scale(factor: -1).validate()
  }
}
