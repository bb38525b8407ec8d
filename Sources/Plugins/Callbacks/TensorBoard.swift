import EspalierProtocols
import Foundation

/// Writes a run's course for TensorBoard into `tensorboard` in the run's folder.
///
///     tensorboard --logdir runs
///
/// Scalars by step: the results of each epoch (`loss/train`, `loss/validation`, those of metrics alike),
/// the learning rate, what callbacks log, and with `every_steps` the batch's loss (`batch_loss`). Beside
/// them the config as text, the table of hyperparameters with the results, and what is asked for:
/// histograms of `parameters/NAME` and `gradients/NAME`, and images of the first batch. The file is written
/// at the end of each epoch. A resumed run writes another file, which takes back steps beyond the checkpoint.
public struct TensorBoard: Callback {
  public static let manifest = Manifest(
    "tensorboard", "writes events for TensorBoard: results, histograms, images, the config",
    aliases: ["tensor_board"], sample: "{tensorboard: {every_steps: 100, histograms: 5}}")

  @Parameter(
    "also write the batch's loss every so many steps; null for no", in: 1..., unit: "steps")
  public var everySteps: Int?
  @Parameter(
    "write histograms of the parameters every so many epochs; null for no", in: 1...,
    unit: "epochs") public var histograms: Int?
  @Parameter("whether there are histograms of gradients, of one step in these epochs")
  public var gradients = false
  @Parameter("how many samples of the first batch are shown as images", in: 0...)
  public var images = 0
  @Parameter("folder of the event files; a relative one lies in the run's folder")
  public var folder = "tensorboard"

  private var file: EventFile?
  /// Tags of the latest step: a scalar has one value a step.
  private var written: (step: Int, tags: Set<String>) = (-1, [])
  private var isFirstStep = false
  /// The update whose gradients are wanted next.
  private var gradientUpdate: Int?
  private var hasFailed = false
  private var isInterrupted = false

  public init() {}

  public init(
    everySteps: Int? = nil, histograms: Int? = nil, gradients: Bool = false, images: Int = 0,
    folder: String = "tensorboard"
  ) {
    self.everySteps = everySteps
    self.histograms = histograms
    self.gradients = gradients
    self.images = images
    self.folder = folder
  }

  public func validate() throws {
    if folder.isEmpty { throw PluginError("the name of a folder", parameter: "folder") }
    if gradients, histograms == nil {
      throw PluginError(
        "there are no epochs with histograms", parameter: "gradients",
        remedy: "set `histograms: 1` for every epoch")
    }
  }

  public var events: Set<Event> {
    var events: Set<Event> = [.runStart, .logged, .epochEnd, .interrupted, .failure, .runEnd]
    if everySteps != nil { events.insert(.batchEnd) }
    if gradients { events.formUnion([.epochStart, .afterBackward]) }
    if images > 0 { events.insert(.batchLoaded) }
    return events
  }

  public func isDue(_ event: Event, at step: Int) -> Bool {
    switch event {
    case .batchLoaded: isFirstStep
    case .afterBackward: step == gradientUpdate
    case .batchEnd: everySteps.map { step.isMultiple(of: $0) } ?? false
    default: true
    }
  }

  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    if event == .runStart { try start(run) }
    guard let file else { return .proceed }
    switch event {
    case .epochStart: gradientUpdate = hasHistograms(run) ? run.updates : nil
    case .batchLoaded: try writeImages(run, to: file)
    case .afterBackward:
      gradientUpdate = nil
      try writeHistograms("gradients", run, to: file) { try run.gradient($0) }
    case .batchEnd:
      try write([("batch_loss", run.batchLoss), ("learning_rate", run.learningRate)], run)
    case .logged: try write(run.logged.map { ($0.name, $0.value) }, run)
    case .epochEnd:
      try writeEpoch(run)
      try file.flush()
    case .interrupted: isInterrupted = true
    case .failure: hasFailed = true
    case .runEnd: try end(run, file)
    default: break
    }
    return .proceed
  }

  private func hasHistograms(_ run: any RunState) -> Bool {
    histograms.map { run.epoch.isMultiple(of: $0) } ?? false
  }

  // MARK: Start and end

  private mutating func start(_ run: any RunState) throws {
    if images > 0, !PNGImage.fits(run.facts.sampleShape) {
      throw PluginError(
        "samples of the shape \(run.facts.sampleShape) are no images of one or three channels",
        parameter: "images", remedy: "leave `images` out")
    }
    guard let path = folder.hasPrefix("/") ? folder : run.folder.map({ $0 + "/" + folder }) else {
      return
    }
    let isNew = run.step == 0 || EventFile.files(in: path).isEmpty
    // The last step before a checkpoint may have ended its epoch in the earlier file; it will do so again.
    let repeatsEnd = run.step == 0 || run.stepInEpoch == run.stepsPerEpoch
    let file = try EventFile(in: path, from: repeatsEnd ? run.step : run.step + 1)
    self.file = file
    isFirstStep = run.step == 0
    var summaries = [Summary.text("config", Self.config(run))]
    if isNew {
      let parameters = Hyperparameters(run.facts.configuration)
      summaries += [
        parameters.experiment(metrics: run.facts.columns.map(Self.tag)),
        parameters.start(seconds: Date().timeIntervalSince1970),
      ]
    }
    try file.append(summaries, step: run.step)
    try file.flush()
  }

  private mutating func end(_ run: any RunState, _ file: EventFile) throws {
    // An interrupted run is not at its end: it may be resumed.
    if !isInterrupted {
      try file.append(
        [Hyperparameters.end(isFailure: hasFailed, seconds: Date().timeIntervalSince1970)],
        step: run.step)
    }
    try file.flush()
    self.file = nil
  }

  /// The config's file, or the config in a line, as a block of Markdown.
  private static func config(_ run: any RunState) -> String {
    let lines = run.folder.flatMap { try? LogFile.lines(of: $0 + "/config.yaml") } ?? []
    return (lines.isEmpty ? ["\(run.facts.configuration)"] : lines).map { "    " + $0 }
      .joined(separator: "\n")
  }

  // MARK: Steps and epochs

  /// `validation_loss` as `loss/validation`, so that both splits of a result stand side by side.
  static func tag(_ result: String) -> String {
    for split in ["train", "validation", "test"] where result.hasPrefix(split + "_") {
      return result.dropFirst(split.count + 1) + "/" + split
    }
    return result
  }

  private mutating func write(_ values: [(String, Double)], _ run: any RunState) throws {
    if written.step != run.step { written = (run.step, []) }
    let new = values.filter { written.tags.insert($0.0).inserted }
    try file?.append(new.map { Summary.scalar($0.0, $0.1) }, step: run.step)
  }

  private mutating func writeEpoch(_ run: any RunState) throws {
    let results = orderedColumns(run).compactMap { name in run.metrics[name].map { (name, $0) } }
    let last = [("epoch", Double(run.epoch)), ("learning_rate", run.learningRate)]
    try write(results.map { (Self.tag($0.0), $0.1) } + last, run)
    guard let file, hasHistograms(run) else { return }
    try writeHistograms("parameters", run, to: file) { try run.parameter($0) }
  }

  private func writeHistograms(
    _ group: String, _ run: any RunState, to file: EventFile,
    _ values: (String) throws -> [Float]?
  ) throws {
    try file.append(
      try run.parameterNames.compactMap { name in
        try values(name).flatMap { Summary.histogram("\(group)/\(name)", $0) }
      }, step: run.step)
  }

  private mutating func writeImages(_ run: any RunState, to file: EventFile) throws {
    isFirstStep = false
    let (batch, shape) = (run.batch, run.facts.sampleShape)
    let size = shape.count
    let summaries = (0..<min(images, batch.count)).compactMap { sample in
      PNGImage(
        UnsafeBufferPointer(rebasing: batch.features[sample * size..<(sample + 1) * size]), shape
      ).map { Summary.image("samples/\(sample)", $0) }
    }
    try file.append(summaries, step: run.step)
  }
}
