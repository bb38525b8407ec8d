import EspalierExport
import EspalierProtocols

/// Records what a trained run predicts, from the source's numbers to the predictions, as one program.
struct ModelRecording {
  let layers: [any Layer]
  let loss: any Loss
  let transforms: FittedTransforms
  let variables: VariableTable
  /// Whether the run's transforms, and the way back of its targets, are part of it.
  let withTransforms: Bool

  /// What the predictions are called.
  enum Output: String {
    /// One for each class.
    case probabilities
    /// One for each value of a target, in the data's units.
    case values
    /// Anything else.
    case predictions
  }

  static let input = "features"

  /// - Parameter samples: in a batch.
  /// - Throws: ``ExportFailure`` for a transform that cannot be recorded, ``RecordingFailure``.
  func program(samples: Int) throws -> Program {
    let recorder = Recorder(variables: variables, isTraining: false)
    recorder.composesOperations = true
    let shape = withTransforms ? transforms.input.sampleShape : transforms.output.sampleShape
    let input = recorder.input(Self.input, Shape([samples] + shape.dimensions))
    let seen = withTransforms ? try transformed(input) : input
    let output = try Scope(recorder).apply(layers, to: seen)
    var prediction = loss.prediction(from: output)
    if withTransforms { prediction = try inOriginalUnits(prediction, samples) }
    let (name, result) = named(prediction, samples)
    recorder.output(name.rawValue, result)
    return try recorder.finish()
  }

  private func transformed(_ samples: Tensor) throws -> Tensor {
    var x = samples
    for (number, step) in transforms.steps.enumerated() {
      let name = step.plugin.pluginName
      let next = x.recorder.within("transforms.\(number).\(name)") { step.transform.recorded(x) }
      guard let next else { throw Self.cannot(name) }
      x = next
    }
    return x
  }

  private func inOriginalUnits(_ prediction: Tensor, _ samples: Int) throws -> Tensor {
    guard let target = transforms.target else { return prediction }
    let width = target.transform.outputShape.count
    guard prediction.shape.count == samples * width else { return prediction }
    let recorder = prediction.recorder
    let back = recorder.within("transforms.target.\(target.plugin.pluginName)") {
      target.transform.recordedInverse(prediction.reshaped(to: [samples, width]))
    }
    guard let back else { throw Self.cannot(target.plugin.pluginName) }
    return back.reshaped(to: prediction.shape)
  }

  private static func cannot(_ transform: String) -> ExportFailure {
    ExportFailure(
      "the transform cannot be recorded, and so has no form in other formats", at: transform,
      remedy: "`--without-transforms` (in Swift `transforms: false`) writes the model alone, which "
        + "then takes transformed samples")
  }

  private func named(_ prediction: Tensor, _ samples: Int) -> (Output, Tensor) {
    let width = prediction.shape.count / samples
    switch transforms.input.target {
    case .classes(let names) where width == names.count:
      return (.probabilities, prediction.reshaped(to: [samples, width]))
    case .classes(let names) where names.count == 2 && width == 1:
      // One probability stands for the second of two classes.
      let second = prediction.reshaped(to: [samples, 1])
      return (.probabilities, .concatenate([1 - second, second], axis: 1))
    case .values(let names) where width == names.count: return (.values, prediction)
    default: return (.predictions, prediction)
    }
  }
}
