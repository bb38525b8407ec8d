import EspalierProtocols

/// Checks a loss's gradients with respect to the model's output, with training's extras and without:
/// against finite differences in double precision, and on the processor against the reference
/// interpreter. Its `prediction(from:)` is recorded too.
///
/// - Parameters:
///   - targets: what is learned, all of which it must accept; unless given, four classes, two classes,
///     one value and two values, as its `task` says, of which it must accept one.
///   - range: where the outputs' numbers lie.
/// - Throws: ``ConformanceFailure`` for the first number that differs, or a loss that is no single
///   number.
public func checkGradients(
  of loss: some Loss, targets: [TargetDescription]? = nil,
  in range: ClosedRange<Double> = -2...2
) throws {
  try validated(loss)
  let name = loss.pluginName
  for target in try targets ?? acceptedTargets(loss) {
    let batch = LossBatch(loss, target, range)
    for training in [true, false] {
      let part = "for \(target.inWords) in \(training ? "training" : "evaluation")"
      try checking(name, part) {
        try checkGradients(
          of: loss, output: batch.output, target: batch.target, training: training,
          classCounts: batch.classCounts)
      }
    }
  }
}

/// Checks a loss's gradients at an output and a target of your choice.
///
/// - Parameters:
///   - output: [n, …]
///   - target: class numbers [n], or values [n, …].
///   - classCounts: rows of each class in the training split; empty for other targets.
/// - Throws: ``ConformanceFailure`` for the first number that differs, or a loss that is no single
///   number.
public func checkGradients(
  of loss: some Loss, output: Evaluation.Array, target: Evaluation.Array, training: Bool = true,
  classCounts: [Int] = []
) throws {
  let name = loss.pluginName
  try checking(name) {
    let inputs = ["output": output, "target": target]
    try Evaluation.checkRecording(inputs: inputs, constants: ["target"], training: training) {
      let context = LossContext(
        isTraining: training, classCounts: classCounts, scope: Scope($0).inner("loss"))
      let value = try loss($1["output"]!, $1["target"]!, context)
      guard value.shape.count == 1 else {
        throw ConformanceFailure(name, "the loss is \(value.shape), a single number is expected")
      }
      return value
    }
    try Evaluation.checkBackends(
      inputs: ["output": output], relative: 1e-4, absolute: 2e-5, scaled: true
    ) { ["the prediction": loss.prediction(from: $1["output"]!)] }
  }
}

/// A batch of outputs and targets for a loss.
struct LossBatch {
  let output: Evaluation.Array
  let target: Evaluation.Array
  let classCounts: [Int]

  init(_ loss: any Loss, _ target: TargetDescription, _ range: ClosedRange<Double> = -2...2) {
    let count = 5
    let outputs = loss.outputs(for: target) ?? target.count
    output = .uneven([count, outputs], in: range)
    switch target {
    case .classes(let names):
      self.target = .classNumbers([count], below: names.count)
      classCounts = names.indices.map { $0 % 3 + 1 }
    case .values, .none:
      // Away from the outputs by no half number, where losses have their kinks.
      self.target = .uneven([count, target.count], in: -1.3...1.3, number: 3)
      classCounts = []
    }
  }
}

/// Those of the usual targets for a loss's task that it can learn.
func acceptedTargets(_ loss: any Loss) throws -> [TargetDescription] {
  try accepted(TargetDescription.usual(for: type(of: loss).task), by: loss.pluginName) { target in
    let batch = LossBatch(loss, target)
    let recorder = Recorder()
    _ = try loss(
      recorder.input("output", batch.output.shape), recorder.input("target", batch.target.shape),
      LossContext(
        isTraining: true, classCounts: batch.classCounts, scope: Scope(recorder).inner("loss")))
    _ = try recorder.finish()
  }
}

extension TargetDescription {
  /// What a plugin for some task is tried with.
  static func usual(for task: LearningTask) -> [TargetDescription] {
    let classes = [4, 2].map { count in TargetDescription.classes((0..<count).map { "c\($0)" }) }
    let values: [TargetDescription] = [.values(["a"]), .values(["a", "b"])]
    switch task {
    case .classification: return classes
    case .regression: return values
    case .any: return classes + values
    }
  }

  var inWords: String {
    switch self {
    case .classes(let names): "\(names.count) classes"
    case .values(let names): names.count == 1 ? "1 value" : "\(names.count) values"
    case .none: "no target"
    }
  }
}
