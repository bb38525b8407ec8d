extension ONNXModel {
  /// The longest message that Protocol Buffers allow.
  static let longest = 0x7FFF_FFFF

  /// Writes the model.
  ///
  /// - Returns: bytes of the file.
  /// - Throws: ``FormatError`` when the weights are too large for one file, or it cannot be written.
  @discardableResult
  package func write(to path: String) throws(FormatError) -> Int {
    let weights = graph.initializers.reduce(0) { $0 + $1.byteCount }
    guard weights < Self.longest else {
      throw FormatError(
        path, "would hold \(weights) bytes of weights; an ONNX file ends at 2 GiB")
    }
    let bytes = message.bytes
    guard bytes.count <= Self.longest else {
      throw FormatError(path, "would have \(bytes.count) bytes; an ONNX file ends at 2 GiB")
    }
    let file = try AtomicFile(path)
    try file.write(bytes)
    try file.commit()
    return bytes.count
  }

  private var message: ProtocolWriter {
    var model = ProtocolWriter()
    model.add(1, version)
    model.add(2, producer)
    model.add(3, producerVersion)
    model.add(7, graph.message)
    var set = ProtocolWriter()
    set.add(1, "")
    set.add(2, operators)
    model.add(8, set)
    for entry in metadata {
      var message = ProtocolWriter()
      message.add(1, entry.key)
      message.add(2, entry.value)
      model.add(14, message)
    }
    return model
  }
}

extension ONNXGraph {
  fileprivate var message: ProtocolWriter {
    var graph = ProtocolWriter()
    for node in nodes { graph.add(1, node.message) }
    graph.add(2, name)
    for tensor in initializers { graph.add(5, tensor.message) }
    for port in inputs { graph.add(11, port.message) }
    for port in outputs { graph.add(12, port.message) }
    return graph
  }
}

extension ONNXNode {
  fileprivate var message: ProtocolWriter {
    var node = ProtocolWriter()
    for input in inputs { node.add(1, input) }
    for output in outputs { node.add(2, output) }
    node.add(3, name)
    node.add(4, kind)
    for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
      node.add(5, attribute.message(name))
    }
    return node
  }
}

extension ONNXAttribute {
  fileprivate func message(_ name: String) -> ProtocolWriter {
    var attribute = ProtocolWriter()
    attribute.add(1, name)
    switch self {
    case .float(let number):
      attribute.add(2, number)
      attribute.add(20, 1)
    case .integer(let number):
      attribute.add(3, number)
      attribute.add(20, 2)
    case .text(let text):
      attribute.add(4, text)
      attribute.add(20, 3)
    case .integers(let numbers):
      // The form declares this list unpacked: one field a number.
      for number in numbers { attribute.add(8, number) }
      attribute.add(20, 7)
    }
    return attribute
  }
}

extension ONNXTensor {
  fileprivate var message: ProtocolWriter {
    var tensor = ProtocolWriter()
    for extent in shape { tensor.add(1, extent) }
    tensor.add(2, type.rawValue)
    tensor.add(8, name)
    switch values {
    case .floats(let values): tensor.add(9, raw: values)
    case .integers(let values): tensor.add(9, raw: values)
    }
    return tensor
  }
}

extension ONNXPort {
  fileprivate var message: ProtocolWriter {
    var extents = ProtocolWriter()
    for extent in shape {
      var message = ProtocolWriter()
      switch extent {
      case .fixed(let number): message.add(1, number)
      case .named(let name): message.add(2, name)
      }
      extents.add(1, message)
    }
    var tensor = ProtocolWriter()
    tensor.add(1, type.rawValue)
    tensor.add(2, extents)
    var type = ProtocolWriter()
    type.add(1, tensor)
    var port = ProtocolWriter()
    port.add(1, name)
    port.add(2, type)
    return port
  }
}
