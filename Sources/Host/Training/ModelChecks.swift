import EspalierProtocols

/// Turns what goes wrong while a model is recorded into problems of its config, with their places.
enum ModelChecks {
  static func record(
    _ configuration: RunConfiguration, _ data: DataDescription, _ body: () throws -> Void
  ) throws {
    do {
      try checkTask(configuration, data)
      try body()
    } catch let failure as RecordingFailure {
      throw ConfigurationProblems([diagnostic(failure, configuration, data)])
    } catch let error as PluginError {
      throw ConfigurationProblems([
        configuration.diagnostic(.modelProblem, error.description, atPath: "model")
      ])
    }
  }

  private static func checkTask(_ configuration: RunConfiguration, _ data: DataDescription) throws {
    let loss = configuration.loss
    let task = type(of: loss).task
    guard !task.suits(data.target.task) else { return }
    let found =
      data.target.task == .classification
      ? "\(data.target.count) classes (\(data.target.names.prefix(3).joined(separator: ", ")) …)"
      : "values"
    throw ConfigurationProblems([
      configuration.diagnostic(
        .targetMismatch,
        "\(loss.pluginName) is a loss for \(task.rawValue), but the data's target is \(found)",
        atPath: "loss")
    ])
  }

  private static func diagnostic(
    _ failure: RecordingFailure, _ configuration: RunConfiguration, _ data: DataDescription
  ) -> Diagnostic {
    var notes: [Diagnostic.Note] = []
    // The batch is the first axis; a person thinks of one sample.
    let chain =
      ["input \(sample(data.sampleShape))"]
      + failure.layers.map {
        "\($0.path) \(sample(Shape(Array($0.output.dimensions.dropFirst()))))"
      }
    if !failure.layers.isEmpty || !failure.path.isEmpty {
      notes.append(Diagnostic.Note("shapes so far: " + chain.joined(separator: " → ")))
    }
    let layer = failure.path.split(separator: ".").first.map(String.init) ?? ""
    if layer == "loss" {
      return configuration.diagnostic(
        .layerDoesNotFit, "the model's output does not fit the loss: \(failure.message)",
        atPath: "loss", notes: notes)
    }
    let path = configuration.path(ofLayer: failure.path) ?? "model"
    return configuration.diagnostic(
      .layerDoesNotFit, layer.isEmpty ? failure.message : "\(failure.path): \(failure.message)",
      atPath: path, notes: notes)
  }

  private static func sample(_ shape: Shape) -> String { shape.description }
}
