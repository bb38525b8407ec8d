import EspalierCompiler
import EspalierProtocols

/// What a run would do: layers, kernels, memory, arithmetic, and who is called when.
public struct PlanReport: Codable, Sendable {
  /// One layer of the model.
  public struct Layer: Codable, Sendable {
    /// Its name.
    public let name: String
    /// The plugin's name.
    public let plugin: String
    /// Shape of one sample after it.
    public let output: [Int]
    /// Numbers that are learned.
    public let parameters: Int
  }
  /// One kernel of the step.
  public struct KernelLine: Codable, Sendable {
    /// What it computes.
    public let work: String
    /// The layer that recorded it.
    public let layer: String
    /// Shape of its result.
    public let output: String
  }

  /// Its name.
  public let name: String
  /// Samples a step.
  public let batchSize: Int
  /// Steps of an epoch.
  public let stepsPerEpoch: Int
  /// Whether samples are read from their source whenever they are needed, and not held in memory.
  public let streamed: Bool
  /// The model, in order.
  public let layers: [Layer]
  /// Numbers that are learned.
  public let parameters: Int
  /// What runs in a step, in order.
  public let kernels: [KernelLine]
  /// Nodes of the program as it was recorded.
  public let recordedNodes: Int
  /// Floating-point operations of matrix products and convolutions in one step.
  public let operationsPerStep: Int
  /// Memory of the parameters.
  public let weightBytes: Int
  /// Memory of the optimizer's state.
  public let optimizerBytes: Int
  /// Memory of the step's arena.
  public let temporaryBytes: Int
  /// Values in it that are stored as bfloat16.
  public let shortValues: Int
  /// For each event the callbacks that are called, in order.
  public let callbacks: [String: [String]]

  /// For each part of the recorded step (`batch`, `loss`, `gradients`) the callbacks that change it, in
  /// order.
  public let changes: [String: [String]]
  /// What the run starts from, and what of it is loaded.
  public let startsFrom: StartReport?

  /// - Parameter hooks: closures of the program, beside the config's callbacks.
  public init(
    _ configuration: RunConfiguration, catalog: Catalog, defaults: HostDefaults,
    hooks: [any Callback] = []
  ) throws {
    let data = try RunData.prepare(configuration)
    let callbacks = try CallbackOrder.arrange(
      configuration, defaults: defaults.callbacks, hooks: hooks, catalog: catalog
    ).map(\.callback)
    let start = try StartingPoint.open(configuration)
    let definition = StepDefinition(
      layers: configuration.model, loss: configuration.loss, optimizer: configuration.optimizer,
      regularizers: configuration.regularizers, callbacks: callbacks, data: data.description,
      classCounts: data.classCounts, batch: data.batchForm(configuration.data.augment),
      rateFactors: RateFactors(configuration) { start?.loads($0) ?? false })
    let variables = VariableTable()
    let batch = min(configuration.training.batchSize, data.drawn.count)
    var recorded: RecordedStep?
    try ModelChecks.record(configuration, data.description, variables) {
      recorded = try StepRecording(definition, variables: variables).training(batch: batch)
    }
    startsFrom = try start?.report(on: variables.saved, data.transforms, catalog)
    let program = recorded!.program
    let plan = Compiler.plan(program)
    name = configuration.name
    batchSize = batch
    stepsPerEpoch =
      configuration.training.dropLast
      ? data.drawn.count / batch : (data.drawn.count + batch - 1) / batch
    streamed = !data.training.isInMemory
    recordedNodes = program.nodes.count
    layers = recorded!.layers.map { step in
      Layer(
        name: step.path, plugin: step.layer, output: Array(step.output.dimensions.dropFirst()),
        parameters: variables.learned.filter { $0.name.hasPrefix(step.path + ".") }
          .reduce(0) { $0 + $1.shape.count })
    }
    parameters = variables.learned.reduce(0) { $0 + $1.shape.count }
    kernels = plan.kernels.map { Self.line($0, plan.program) }
    operationsPerStep = program.floatingPointOperations
    weightBytes = 4 * parameters
    optimizerBytes = variables.variables.filter { $0.role == .optimizer }
      .reduce(0) { $0 + 4 * $1.shape.count }
    temporaryBytes = 4 * plan.arenaCount
    shortValues = plan.kernels.reduce(0) { count, kernel in
      switch kernel {
      case .fused(let group), .product(_, let group):
        count + group.writes.count { plan.places[$0.source]?.isShort == true }
      default: count
      }
    }
    var order: [String: [String]] = [:]
    for event in Event.allCases {
      let names = callbacks.filter { $0.events.contains(event) }.map(\.pluginName)
      if !names.isEmpty { order[event.rawValue] = names }
    }
    self.callbacks = order
    changes = Dictionary(uniqueKeysWithValues: recorded!.changes.map { ($0.rawValue, $1) })
  }

  static func line(_ kernel: Kernel, _ program: Program) -> KernelLine {
    func describe(_ nodes: [Int]) -> String {
      nodes.map { program.nodes[$0].primitive.name }.joined(separator: " ")
    }
    func make(_ work: String, _ node: Int) -> KernelLine {
      KernelLine(
        work: work, layer: program.scopes[program.nodes[node].scope],
        output: "\(program.nodes[node].shape)")
    }
    switch kernel {
    case .primitive(let node): return make(describe([node]), node)
    case .fused(let group): return make("fused: " + describe(group.nodes), group.nodes.last!)
    case .product(let node, let group):
      return make(describe([node]) + ", then " + describe(group.nodes), node)
    case .maxPool(let node, _): return make("maxPool with taps", node)
    case .clear(let ranges):
      return KernelLine(work: "clear gaps", layer: "", output: "\(ranges.count)")
    case .copy(let node, _): return make("copy", node)
    }
  }

  /// The report for a terminal.
  public var text: String {
    var lines = ["\(name): batch \(batchSize), \(stepsPerEpoch) steps an epoch", "", "layers"]
    let widest = layers.map(\.name.count).max() ?? 0
    for layer in layers {
      let name = layer.name + String(repeating: " ", count: widest - layer.name.count)
      lines.append(
        "  \(name)  \(Shape(layer.output))"
          + (layer.parameters > 0 ? "  \(layer.parameters) parameters" : ""))
    }
    if let startsFrom {
      lines += ["", "starts from \(startsFrom.line)"] + startsFrom.lines().map { "  " + $0 }
    }
    lines += [
      "",
      "data          " + (streamed ? "read from the source while training" : "held in memory"),
      "parameters    \(parameters)",
      "memory        weights \(Self.bytes(weightBytes)), optimizer \(Self.bytes(optimizerBytes)), "
        + "temporary \(Self.bytes(temporaryBytes))"
        + (shortValues > 0 ? " (\(shortValues) values in bf16)" : ""),
      "arithmetic    \(Self.scaled(Double(operationsPerStep))) operations a step",
      "program       \(recordedNodes) recorded nodes, \(kernels.count) kernels", "", "kernels",
    ]
    for (index, kernel) in kernels.enumerated() {
      lines.append(
        "  \(index + 1). \(kernel.work) → \(kernel.output)"
          + (kernel.layer.isEmpty ? "" : "  (\(kernel.layer))"))
    }
    let recorded = RecordedStep.Change.allCases.filter { changes[$0.rawValue] != nil }
    if !recorded.isEmpty {
      lines += ["", "changes of the recorded step, in order"]
      for change in recorded {
        lines.append("  \(change.rawValue): \(changes[change.rawValue]!.joined(separator: ", "))")
      }
    }
    lines += ["", "callbacks, in the order of their calls"]
    for event in Event.allCases {
      guard let names = callbacks[event.rawValue] else { continue }
      lines.append("  \(event.rawValue): \(names.joined(separator: ", "))")
    }
    return lines.joined(separator: "\n")
  }

  private static func bytes(_ count: Int) -> String { scaled(Double(count)) + "B" }

  private static func scaled(_ value: Double) -> String {
    for (factor, unit) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where value >= factor {
      return "\((value / factor * 10).rounded() / 10) \(unit)"
    }
    return "\(Int(value)) "
  }
}
