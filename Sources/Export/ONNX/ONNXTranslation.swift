import EspalierFormats
import EspalierProtocols

/// A model as an ONNX file holds it.
package enum ONNXTranslation {
  /// What a model is called, and what is said of it.
  package struct Description {
    package var name: String
    /// The version of this framework.
    package var version: String
    /// The output whose greatest number of a sample tells its class, of which `label` is made.
    package var classOutput: String?
    package var metadata: [ONNXModel.Entry]

    package init(
      name: String, version: String, classOutput: String? = nil, metadata: [ONNXModel.Entry] = []
    ) {
      self.name = name
      self.version = version
      self.classOutput = classOutput
      self.metadata = metadata
    }
  }

  /// A program, with the values of its variables, as a graph with a free number of samples.
  ///
  /// Inputs and outputs keep their names.
  ///
  /// - Parameter variable: the elements of a variable.
  /// - Throws: ``ExportFailure`` for what ONNX cannot express, with the layer.
  package static func model(
    of batch: BatchProgram, _ description: Description, variable: @escaping (Variable) -> [Float]
  ) throws -> ONNXModel {
    var translation = GraphTranslation(batch, named: description.name, variable: variable)
    try translation.run()
    for output in batch.program.outputs {
      let value = translation.whole(output.node)
      translation.builder.output(
        value.name, as: output.name, GraphTranslation.port(value.shape))
      guard output.name == description.classOutput else { continue }
      let label = translation.builder.add(
        "ArgMax", [value.name], ["axis": .integer(1), "keepdims": .integer(0)], in: "label")
      translation.builder.output(
        label, as: "label", GraphTranslation.port(Array(value.shape.prefix(1))), type: .int64)
    }
    return ONNXModel(
      producer: "espalier", producerVersion: description.version, metadata: description.metadata,
      graph: translation.builder.finished())
  }
}
