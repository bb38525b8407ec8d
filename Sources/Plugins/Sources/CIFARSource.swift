import EspalierFormats
import EspalierProtocols

/// Colour images of 32×32 pixels from the binary files of CIFAR-10 and CIFAR-100, mapped into memory and read
/// on demand.
///
/// A record of CIFAR-10 is a label and 3 × 1024 bytes, red, green and blue by rows; one of CIFAR-100 has a coarse
/// label (20 classes) and a fine one (100) before them. Which of the two it is shows in the size of the files.
/// Samples are [3, 32, 32]; bytes are divided by 255 unless `scale` is false. Krizhevsky, 2009.
public struct CIFARSource: Source {
  /// Which label of CIFAR-100 is learned.
  public enum Labels: String, Choice, Sendable { case fine, coarse }

  public static let manifest = Manifest(
    "cifar", "colour images of 32×32 pixels from the binary files of CIFAR-10 and CIFAR-100",
    aliases: ["cifar10", "cifar100"], paper: "Krizhevsky, 2009",
    sample: "cifar: {files: [data_batch_1.bin, data_batch_2.bin], names: batches.meta.txt}")

  @Parameter("files of records, one after another") public var files: [FilePath]
  @Parameter("file with the name of a class a line; numbers unless given") public var names:
    FilePath? = nil
  @Parameter("which label of CIFAR-100 is learned") public var labels = Labels.fine
  @Parameter("whether bytes are brought to 0…1") public var scale: Bool = true

  public init() {}
  public init(
    _ files: [FilePath], names: FilePath? = nil, labels: Labels = .fine, scale: Bool = true
  ) {
    self.files = files
    self.names = names
    self.labels = labels
    self.scale = scale
  }

  public func validate() throws {
    if files.isEmpty { throw PluginError("no files are named", parameter: "files") }
  }

  public func reading(_ file: FilePath) -> CIFARSource? {
    var copy = self
    copy.files = [file]
    return copy
  }

  public func open(_ context: SourceContext) throws -> any Dataset {
    try validate()
    let opened = try readingFiles("files") {
      try files.map {
        try DerivedFiles.standard.unpacking(
          context.resolve($0), memory: context.memory, parameter: "files")
      }
    }
    let header = try Self.header(of: opened)
    let count = header == 1 ? 10 : labels == .fine ? 100 : 20
    var classes = try readNames(context, count: count)
    if case .classes(let learned)? = context.expected?.target {
      guard learned.count == count else {
        throw PluginError("the files have \(count) classes, trained was with \(learned.count)")
      }
      classes = learned
    }
    if let expected = context.expected, expected.sampleShape != [3, 32, 32] {
      throw PluginError("samples have shape [3×32×32], trained was with \(expected.sampleShape)")
    }
    var dataset = CIFARDataset(
      description: DataDescription(sampleShape: [3, 32, 32], target: .classes(classes)),
      files: opened, header: header, label: header == 2 && labels == .fine ? 1 : 0,
      divisor: scale ? 255 : 1)
    dataset.isStreamed = context.isTooLarge(dataset.count * 3072)
    try dataset.checkLabels(below: count)
    return dataset
  }

  /// Bytes before the pixels of a record: 1 in CIFAR-10, 2 in CIFAR-100.
  private static func header(of files: [MappedFile]) throws -> Int {
    for header in [1, 2]
    where files.allSatisfy({ $0.bytes.count > 0 && $0.bytes.count % (header + 3072) == 0 }) {
      return header
    }
    let file = files.first { $0.bytes.count == 0 || $0.bytes.count % 3073 != 0 } ?? files[0]
    // The version for Python is a pickle, which can hold any code.
    let isPickle = file.bytes.first == 0x80
    throw PluginError(
      "\(file.path) has \(file.bytes.count) bytes, which are no whole records of 3073 (CIFAR-10) or 3074 "
        + "(CIFAR-100)", parameter: "files",
      remedy: isPickle ? "take the binary version in place of the one for Python" : nil)
  }

  private func readNames(_ context: SourceContext, count: Int) throws -> [String] {
    guard let names else { return (0..<count).map { "\($0)" } }
    let lines = try readingFiles("names") {
      let file = try MappedFile(context.resolve(names))
      return withExtendedLifetime(file) {
        String(decoding: file.bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(
          String.init)
      }
    }
    guard lines.count == count, Set(lines).count == count else {
      throw PluginError(
        "\(names) has \(lines.count) names, \(Set(lines).count) of them different, for \(count) classes",
        parameter: "names")
    }
    return lines
  }
}

/// Records that stay in their files until they are read.
private struct CIFARDataset: Dataset {
  let description: DataDescription
  let files: [MappedFile]
  /// Bytes before the pixels of a record.
  let header: Int
  /// The place of the label among them.
  let label: Int
  let divisor: Float
  /// Whether records are copied from the files: what is read through a map counts as memory.
  var isStreamed = false

  private var size: Int { header + 3072 }
  var count: Int { files.reduce(0) { $0 + $1.bytes.count / size } }

  /// The file of a sample, and the sample's number in it.
  private func find(_ sample: Int) -> (file: MappedFile, number: Int) {
    var number = sample
    for file in files {
      let count = file.bytes.count / size
      if number < count { return (file, number) }
      number -= count
    }
    preconditionFailure("sample \(sample) of \(count)")
  }

  func place(of sample: Int) -> String? {
    let (file, number) = find(sample)
    return "\(file.path): record \(number)"
  }

  func read(
    _ rows: UnsafeBufferPointer<Int>, features: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>?
  ) throws {
    try withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { copy in
      for (place, row) in rows.enumerated() {
        let (file, number) = find(row)
        let bytes = number * size..<(number + 1) * size
        var record = UnsafeRawBufferPointer(rebasing: file.bytes[bytes])
        if isStreamed {
          try readingFiles("files") { try file.copy(bytes, to: copy.baseAddress!) }
          record = UnsafeRawBufferPointer(copy)
        }
        for pixel in 0..<3072 {
          features[place * 3072 + pixel] = Float(record[header + pixel]) / divisor
        }
        targets?[place] = Float(record[label])
      }
    }
  }

  func allTargets() -> [Float] {
    var labels: [Float] = []
    labels.reserveCapacity(count)
    for file in files {
      // Each page of a file has a label or two: they are given back as the labels go by.
      for start in stride(from: 0, to: file.bytes.count, by: size << 12) {
        let end = min(start + size << 12, file.bytes.count)
        for place in stride(from: start + label, to: end, by: size) {
          labels.append(Float(file.bytes[place]))
        }
        if isStreamed { file.release(start..<end) }
      }
    }
    return labels
  }

  func checkLabels(below count: Int) throws {
    for (sample, target) in allTargets().enumerated() where target >= Float(count) {
      throw PluginError(
        "\(place(of: sample)!): the label is \(Int(target)); 0…\(count - 1) are classes",
        parameter: "files")
    }
  }
}
