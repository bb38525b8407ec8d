/// A model in the form of ONNX: a graph of named operators over named values.
package struct ONNXModel: Sendable, Hashable {
  /// Version of the file's form.
  package var version: Int
  /// Version of the set of operators.
  package var operators: Int
  package var producer: String
  package var producerVersion: String
  /// What the model is, by key.
  package var metadata: [Entry]
  package var graph: ONNXGraph

  package struct Entry: Sendable, Hashable {
    package var key: String
    package var value: String
    package init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  package init(
    version: Int = 8, operators: Int = 17, producer: String, producerVersion: String,
    metadata: [Entry] = [], graph: ONNXGraph
  ) {
    self.version = version
    self.operators = operators
    self.producer = producer
    self.producerVersion = producerVersion
    self.metadata = metadata
    self.graph = graph
  }

  package subscript(metadata key: String) -> String? {
    metadata.first { $0.key == key }?.value
  }
}

/// Operators, each after those whose results it takes.
package struct ONNXGraph: Sendable, Hashable {
  package var name: String
  package var nodes: [ONNXNode] = []
  package var initializers: [ONNXTensor] = []
  package var inputs: [ONNXPort] = []
  package var outputs: [ONNXPort] = []

  package init(_ name: String) { self.name = name }
}

/// One operator.
package struct ONNXNode: Sendable, Hashable {
  package var kind: String
  package var name: String
  package var inputs: [String]
  package var outputs: [String]
  package var attributes: [String: ONNXAttribute]

  package init(
    _ kind: String, name: String, inputs: [String], outputs: [String],
    attributes: [String: ONNXAttribute] = [:]
  ) {
    self.kind = kind
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
  }
}

/// A setting of an operator.
package enum ONNXAttribute: Sendable, Hashable {
  case integer(Int)
  case integers([Int])
  case float(Float)
  case text(String)
}

/// Type of a value's elements, by ONNX's number.
package enum ONNXType: Int, Sendable {
  case float = 1
  case int64 = 7
  case bool = 9
}

/// A fixed array.
package struct ONNXTensor: Sendable, Hashable {
  package enum Values: Sendable, Hashable {
    case floats([Float])
    case integers([Int64])
  }
  package var name: String
  package var shape: [Int]
  package var values: Values

  package init(_ name: String, _ shape: [Int], _ values: Values) {
    self.name = name
    self.shape = shape
    self.values = values
  }

  package var type: ONNXType {
    switch values {
    case .floats: .float
    case .integers: .int64
    }
  }

  package var byteCount: Int {
    switch values {
    case .floats(let values): 4 * values.count
    case .integers(let values): 8 * values.count
    }
  }
}

/// An input or output of a graph.
package struct ONNXPort: Sendable, Hashable {
  package enum Extent: Sendable, Hashable {
    case fixed(Int)
    /// Free, under a name that is the same extent everywhere.
    case named(String)
  }
  package var name: String
  package var type: ONNXType
  package var shape: [Extent]

  package init(_ name: String, _ type: ONNXType, _ shape: [Extent]) {
    self.name = name
    self.type = type
    self.shape = shape
  }
}
