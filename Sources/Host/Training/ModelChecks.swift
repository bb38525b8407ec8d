import EspalierProtocols

/// Turns what goes wrong while a model is recorded into problems of its config, with their places.
enum ModelChecks {
  static func record(
    _ configuration: RunConfiguration, _ data: DataDescription, _ variables: VariableTable,
    _ body: () throws -> Void
  ) throws {
    do {
      try checkTask(configuration, data)
      try checkMixing(configuration, data)
      try body()
      try checkSelections(configuration, variables)
    } catch let failure as RecordingFailure {
      // A pattern that fits nothing may be why nothing is left to train.
      if failure.path == "optimizer" { try checkSelections(configuration, variables) }
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

  /// - Throws: ``ConfigurationProblems`` that point at a metric which cannot compare what the model says.
  static func checkMetrics(
    _ configuration: RunConfiguration, _ data: DataDescription, _ programs: ModelPrograms,
    batch: Int
  ) throws {
    let step = try programs.trainingStep(batch: batch).step
    guard let prediction = step.shape(ofOutput: StepPort.prediction) else { return }
    for (index, metric) in configuration.metrics.enumerated() {
      let path = "metrics[\(index)].\(metric.pluginName)"
      try configuration.naming(metric, .targetMismatch, atPath: path) {
        try metric.check(
          predictions: prediction.count / max(batch, 1), targets: data.target.width)
      }
    }
  }

  /// Mixed samples have shares of classes for targets.
  private static func checkMixing(
    _ configuration: RunConfiguration, _ data: DataDescription
  ) throws {
    guard case .classes = data.target, !configuration.loss.takesClassShares,
      let place = configuration.data.augment.firstIndex(where: { $0 is any BatchAugmentation })
    else { return }
    let mixer = configuration.data.augment[place].pluginName
    throw ConfigurationProblems([
      configuration.diagnostic(
        .targetMismatch,
        "\(mixer) makes samples of several classes at once, which the loss "
          + "\(configuration.loss.pluginName) cannot learn",
        atPath: "data.augment[\(place)]", label: "cross_entropy can")
    ])
  }

  /// Patterns that fit no parameter would be wishes that are silently not granted.
  private static func checkSelections(
    _ configuration: RunConfiguration, _ variables: VariableTable
  ) throws {
    let names = variables.learned.map(\.name)
    let layers = names.map { $0.split(separator: ".").dropLast().joined(separator: ".") }
    let known = Array(Set(layers)).sorted() + names
    let parts =
      RunConfiguration.walk(configuration.optimizer, "optimizer")
      + configuration.regularizers.enumerated().flatMap {
        RunConfiguration.walk($1, "regularizers[\($0)]")
      }
      + configuration.callbacks.enumerated().flatMap {
        RunConfiguration.walk($1, "callbacks[\($0)]")
      }
    var problems: [Diagnostic] = []
    func check(_ pattern: String, of owner: String, _ path: String) {
      guard !names.contains(where: { NamePattern.any(of: [pattern], fits: $0) }) else { return }
      let near = Suggestion.nearest(pattern, among: known).first
      problems.append(
        configuration.diagnostic(
          .modelProblem,
          "\(owner): \(Printable.code(pattern)) fits no parameter of the model", atPath: path,
          label: near.map { "did you mean `\($0)`?" },
          notes: [.init("the model has: " + names.prefix(12).joined(separator: ", "))]))
    }
    for pattern in configuration.training.learningRateFactors.keys.sorted() {
      check(
        pattern, of: "learning_rate_factors", "training.learning_rate_factors.\(pattern)")
    }
    for part in parts {
      guard let plugin = part.plugin as? any ParameterSelecting else { continue }
      for pattern in plugin.selection {
        check(
          pattern, of: part.name,
          "\(part.path).\(part.name).\(type(of: plugin).selectionName)")
      }
    }
    guard problems.isEmpty else { throw ConfigurationProblems(problems) }
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
    let part = configuration.part(ofScope: failure.path)
    let isOfModel = part?.path.hasPrefix("model") ?? true
    if let cause = failure.cause, let part {
      var name = failure.path
      // A layer with a name of its own is told with its plugin's; other parts have no path.
      if !isOfModel {
        name = part.name
      } else if !name.contains(part.name) {
        name += " (\(part.name))"
      }
      let entry = configuration.catalog.entry(of: type(of: part.plugin))
      let words = PluginErrorWords(cause, of: name, from: entry)
      let inner = "\(part.path).\(part.name)"
      return configuration.diagnostic(
        isOfModel ? .layerDoesNotFit : .modelProblem, words.message,
        atPath: words.parameter.map { "\(inner).\($0)" } ?? part.path, label: words.remedy,
        notes: notes)
    }
    if part?.path == "loss" {
      return configuration.diagnostic(
        .layerDoesNotFit, "the model's output does not fit the loss: \(failure.message)",
        atPath: "loss", notes: notes)
    }
    let name = isOfModel ? failure.path : part?.name ?? failure.path
    return configuration.diagnostic(
      isOfModel ? .layerDoesNotFit : .modelProblem,
      name.isEmpty ? failure.message : "\(name): \(failure.message)",
      atPath: part?.path ?? "model", notes: notes)
  }

  private static func sample(_ shape: Shape) -> String { shape.description }
}
