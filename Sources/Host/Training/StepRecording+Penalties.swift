import EspalierProtocols

/// What regularizers add to the loss.
extension StepRecording {
  /// Penalties on what layers gave in the forward pass that was recorded last.
  func activityPenalties(_ recorder: Recorder) throws -> Tensor {
    let outputs = recorder.takeLayerOutputs()
    var sum = recorder.constant(0)
    for regularizer in definition.regularizers where regularizer.penalizesActivities {
      let patterns = regularizer.layers
      for pattern in patterns
      where !outputs.contains(where: { NamePattern(pattern).matches($0.path) }) {
        throw RecordingFailure(
          PluginError(
            "\(Printable.code(pattern)) fits no layer of the model", parameter: "layers",
            remedy: Suggestion.nearest(pattern, among: outputs.map(\.path)).first
              .map { "did you mean `\($0)`?" }),
          path: regularizer.pluginName, layers: recorder.layers)
      }
      recorder.within(regularizer.pluginName) {
        for (path, output) in outputs
        where patterns.isEmpty
          ? variables[path + ".weight"] != nil
          : patterns.contains(where: { NamePattern($0).matches(path) })
        {
          sum = sum + regularizer.penalty(activity: output)
        }
      }
    }
    return sum
  }

  func penalties(
    _ recorder: Recorder, _ value: ((Variable) -> Tensor)? = nil
  ) -> Tensor {
    var sum = recorder.constant(0)
    for regularizer in definition.regularizers where !regularizer.penalizesActivities {
      recorder.within(regularizer.pluginName) {
        for variable in variables.learned where regularizer.applies(to: variable) {
          sum = sum + regularizer.penalty(value?(variable) ?? recorder.value(of: variable))
        }
      }
    }
    return sum
  }
}
