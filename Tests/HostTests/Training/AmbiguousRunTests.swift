import EspalierHost
import EspalierProtocols
import Foundation
import Testing

/// `affine`, `shifted` and `memo` again, of another package.
private struct OtherAffine: Layer {
  static let manifest = Manifest("affine", "x W, without an offset")
  func callAsFunction(_ x: Tensor, in scope: Scope) -> Tensor {
    matmul(
      x,
      scope.parameter(
        "weight", [x.shape[-1], 1], initial: .drawn(Drawn(), fanIn: x.shape[-1], fanOut: 1)))
  }
}
private struct OtherShifted: Normalizer {
  static let manifest = Manifest("shifted", "as `shifted`, by another factor")
  @Parameter("factor") var factor: Float = 3
  func fit(_ samples: TrainingSamples) throws -> any Transform {
    try Shifted(factor: factor).fit(samples)
  }
  func restore(_ state: [String: TransformState], sampleShape: Shape) throws -> any Transform {
    try Shifted(factor: factor).restore(state, sampleShape: sampleShape)
  }
}

/// Runs among plugins of which some have one name: what they write is read again.
@Suite(.serialized) struct AmbiguousRunTests {
  private let home = PluginBundle("home") {
    Line.self
    Affine.self
    Drawn.self
    Squares.self
    Momentum.self
    Memo.self
    Shifted.self
  }
  private let acme = PluginBundle("acme") {
    OtherAffine.self
    OtherShifted.self
  }.from(PluginOrigin(package: "AcmePlugins", version: "1.0.0"))

  private static let text = """
    data:
      source: line
      split: {validation: 0.25}
      normalize: [{acme/shifted: {factor: 2}}, home/shifted]
      target_normalize: acme/shifted
    model: [acme/affine]
    loss: squares
    optimizer: momentum
    callbacks: [memo]
    training: {epochs: 3, batch_size: 5, workers: 0, threads: 1}

    """

  private func configuration(_ catalog: Catalog, _ sets: [String] = []) throws -> RunConfiguration {
    try ConfigurationLoader(catalog: catalog, files: ["line.yaml": Array(Self.text.utf8)])
      .load("line.yaml", sets: sets)
  }

  private func train(
    _ configuration: RunConfiguration, _ catalog: Catalog, _ folder: String
  ) throws -> TrainingResult {
    var options = TrainingOptions()
    options.output = folder
    return try Training.run(
      configuration, catalog: catalog, defaults: trainingDefaults, options: options)
  }

  private func read(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func aRunIsOpenedAndMeasuredAgain() throws {
    let catalog = try Catalog([home, acme])
    try withFolder { folder in
      let path = folder + "/run"
      let result = try train(try configuration(catalog), catalog, path)
      let config = try read(path + "/config.yaml")
      for name in ["[acme/affine]", "acme/shifted:", "home/shifted:", "  source: {line"] {
        #expect(config.contains(name), "\(name) is not in\n\(config)")
      }
      #expect(try read(path + "/transforms/transforms.json").contains("\"acme/shifted\""))
      let run = try TrainedRun.open(path, catalog: catalog, defaults: trainingDefaults)
      #expect(run.configuration.model.first is OtherAffine)
      #expect(run.configuration.data.normalize[0] is OtherShifted)
      #expect(run.configuration.data.normalize[1] is Shifted)
      let loss = try run.evaluate(.validation).metrics["loss"]
      #expect(loss != nil && loss == result.summary.results["validation"]?["loss"])
    }
  }

  @Test func aRunIsResumed() throws {
    let catalog = try Catalog([home, acme])
    try withFolder { folder in
      let (whole, cut) = (folder + "/whole", folder + "/cut")
      _ = try train(try configuration(catalog), catalog, whole)
      _ = try train(try configuration(catalog, ["training.epochs=2"]), catalog, cut)
      _ = try Training.resume(
        cut, catalog: catalog, defaults: trainingDefaults, sets: ["training.epochs=3"])
      let name = "/weights.safetensors"
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: whole + name))
          == Data(contentsOf: URL(fileURLWithPath: cut + name)))
    }
  }

  /// A configuration made in code learns from the run's catalog how to write its plugins.
  @Test func aConfigurationMadeInCode() throws {
    let catalog = try Catalog([home, acme])
    var configuration = lineConfiguration(epochs: 1)
    configuration.model = [OtherAffine()]
    configuration.data.normalize = [OtherShifted()]
    try withFolder { folder in
      _ = try train(configuration, catalog, folder + "/run")
      let run = try TrainedRun.open(folder + "/run", catalog: catalog, defaults: trainingDefaults)
      #expect(run.configuration.model.first is OtherAffine)
      #expect(run.configuration.data.normalize.first is OtherShifted)
    }
  }

  /// A run from before the second package came names no bundle; it must not be read as something else.
  @Test func aRunFromBefore() throws {
    let before = try Catalog([home])
    let now = try Catalog([acme, home])
    var configuration = lineConfiguration(epochs: 1)
    configuration.data.normalize = [Shifted()]
    try withFolder { folder in
      let path = folder + "/run"
      _ = try train(configuration, before, path)
      let config = try read(path + "/config.yaml")
      #expect(config.contains("[affine]") && !config.contains("home/"), "\(config)")
      let message = complaint {
        _ = try TrainedRun.open(path, catalog: now, defaults: trainingDefaults)
      }
      #expect(
        message.contains("`affine` is defined twice: by `acme` (AcmePlugins 1.0.0) and by `home`"))
      let saved = complaint {
        _ = try FittedTransforms.restore(from: path + "/transforms", catalog: now)
      }
      #expect(
        saved
          == "\(path)/transforms/transforms.json: needs the normalizer `shifted`, which several "
          + "bundles define here: `acme/shifted` (AcmePlugins 1.0.0) and `home/shifted` "
          + "(module HostTests); write there which it was")
    }
  }
}
