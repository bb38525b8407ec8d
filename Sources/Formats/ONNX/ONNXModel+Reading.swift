extension ONNXModel {
  /// Reads a model of the form that ``write(to:)`` writes: weights within the file, as raw data.
  ///
  /// - Throws: ``FormatError`` for a file that is damaged, or holds what is not read here.
  package static func read(_ path: String) throws(FormatError) -> ONNXModel {
    let file = try MappedFile(path)
    // The file must not be unmapped before its last byte was read.
    defer { withExtendedLifetime(file) {} }
    var model = ONNXModel(
      version: 0, operators: 0, producer: "", producerVersion: "", graph: ONNXGraph(""))
    var hasGraph = false
    var reader = ProtocolReader(file.bytes, of: path)
    while let (field, value) = try reader.next() {
      switch field {
      case 1: model.version = value.integer ?? 0
      case 2: model.producer = value.text ?? ""
      case 3: model.producerVersion = value.text ?? ""
      case 7:
        model.graph = try ONNXGraph(content(value, path), path)
        hasGraph = true
      case 8:
        var set = ProtocolReader(try content(value, path), of: path)
        while let (field, value) = try set.next() {
          if field == 2 { model.operators = value.integer ?? 0 }
        }
      case 14:
        var entry = ProtocolReader(try content(value, path), of: path)
        var (key, text) = ("", "")
        while let (field, value) = try entry.next() {
          if field == 1 { key = value.text ?? "" }
          if field == 2 { text = value.text ?? "" }
        }
        model.metadata.append(Entry(key, text))
      default: break
      }
    }
    guard hasGraph else { throw FormatError(path, "holds no graph: it is no ONNX model") }
    return model
  }
}

/// The bytes of a field that must have some.
private func content(
  _ value: ProtocolReader.Value, _ file: String
) throws(FormatError) -> UnsafeRawBufferPointer {
  guard let content = value.content else {
    throw FormatError(file, "has a number where a message should be")
  }
  return content
}

extension ONNXGraph {
  fileprivate init(_ bytes: UnsafeRawBufferPointer, _ file: String) throws(FormatError) {
    self.init("")
    var reader = ProtocolReader(bytes, of: file)
    while let (field, value) = try reader.next() {
      switch field {
      case 1: nodes.append(try ONNXNode(content(value, file), file))
      case 2: name = value.text ?? ""
      case 5: initializers.append(try ONNXTensor(content(value, file), file))
      case 11: inputs.append(try ONNXPort(content(value, file), file))
      case 12: outputs.append(try ONNXPort(content(value, file), file))
      default: break
      }
    }
  }
}

extension ONNXNode {
  fileprivate init(_ bytes: UnsafeRawBufferPointer, _ file: String) throws(FormatError) {
    self.init("", name: "", inputs: [], outputs: [])
    var reader = ProtocolReader(bytes, of: file)
    while let (field, value) = try reader.next() {
      switch field {
      case 1: inputs.append(value.text ?? "")
      case 2: outputs.append(value.text ?? "")
      case 3: name = value.text ?? ""
      case 4: kind = value.text ?? ""
      case 5:
        let (name, attribute) = try ONNXAttribute.read(content(value, file), file)
        attributes[name] = attribute
      default: break
      }
    }
  }
}

extension ONNXAttribute {
  fileprivate static func read(
    _ bytes: UnsafeRawBufferPointer, _ file: String
  ) throws(FormatError) -> (String, ONNXAttribute) {
    var (name, type) = ("", 0)
    var (float, integer, text): (Float, Int, String) = (0, 0, "")
    var integers: [Int] = []
    var reader = ProtocolReader(bytes, of: file)
    while let (field, value) = try reader.next() {
      switch field {
      case 1: name = value.text ?? ""
      case 2: float = value.float ?? 0
      case 3: integer = value.integer ?? 0
      case 4: text = value.text ?? ""
      case 8: integers += try value.integers(of: file) ?? []
      case 20: type = value.integer ?? 0
      default: break
      }
    }
    switch type {
    case 1: return (name, .float(float))
    case 2: return (name, .integer(integer))
    case 3: return (name, .text(text))
    case 7: return (name, .integers(integers))
    default:
      throw FormatError(file, "has the attribute `\(name)` of the type \(type), which is not read")
    }
  }
}

extension ONNXTensor {
  fileprivate init(_ bytes: UnsafeRawBufferPointer, _ file: String) throws(FormatError) {
    var (name, type) = ("", 0)
    var shape: [Int] = []
    var raw = UnsafeRawBufferPointer(start: nil, count: 0)
    var reader = ProtocolReader(bytes, of: file)
    while let (field, value) = try reader.next() {
      switch field {
      case 1: shape += try value.integers(of: file) ?? []
      case 2: type = value.integer ?? 0
      case 8: name = value.text ?? ""
      case 9: raw = try content(value, file)
      default: break
      }
    }
    guard let kind = ONNXType(rawValue: type), kind != .bool else {
      throw FormatError(file, "has the array `\(name)` of the type \(type), which is not read")
    }
    let size = kind == .float ? 4 : 8
    guard let count = checkedCount(shape), raw.count % size == 0, raw.count / size == count else {
      throw FormatError(
        file, "has \(raw.count) bytes for the array `\(name)` of the shape \(shape)")
    }
    switch kind {
    case .float:
      self.init(
        name, shape,
        .floats(
          (0..<count).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }))
    case .int64, .bool:
      self.init(
        name, shape,
        .integers(
          (0..<count).map { raw.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self) }))
    }
  }
}

extension ONNXPort {
  fileprivate init(_ bytes: UnsafeRawBufferPointer, _ file: String) throws(FormatError) {
    self.init("", .float, [])
    var reader = ProtocolReader(bytes, of: file)
    while let (field, value) = try reader.next() {
      switch field {
      case 1: name = value.text ?? ""
      case 2:
        var type = ProtocolReader(try content(value, file), of: file)
        while let (field, value) = try type.next() {
          if field == 1 { try readTensor(content(value, file), file) }
        }
      default: break
      }
    }
  }

  private mutating func readTensor(
    _ bytes: UnsafeRawBufferPointer, _ file: String
  ) throws(FormatError) {
    var reader = ProtocolReader(bytes, of: file)
    while let (field, value) = try reader.next() {
      if field == 1 {
        guard let known = value.integer.flatMap(ONNXType.init(rawValue:)) else {
          throw FormatError(file, "has the port `\(name)` of a type that is not read")
        }
        type = known
      } else if field == 2 {
        var extents = ProtocolReader(try content(value, file), of: file)
        while let (field, value) = try extents.next() {
          guard field == 1 else { continue }
          var extent = ProtocolReader(try content(value, file), of: file)
          while let (field, value) = try extent.next() {
            if field == 1 { shape.append(.fixed(value.integer ?? 0)) }
            if field == 2 { shape.append(.named(value.text ?? "")) }
          }
        }
      }
    }
  }
}
