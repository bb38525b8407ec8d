import EspalierFormats
import EspalierProtocols

/// Arrays in NumPy's `.npy` or `.npz` files, mapped into memory and read on demand; those of compressed archives
/// are unpacked into memory.
///
/// `features` has shape [samples, …]: what follows the first axis is the shape of a sample, so
/// [n, features] or [n, channel, row, column]. `targets` is [samples] or [samples, values]; whole
/// numbers of few different values are classes, others are values. Booleans, integers and 16, 32 and
/// 64-bit floating point numbers of either byte order are read; Python objects never are.
///
/// Features that are more than `data.memory` are copied from the file when they are read, not through its
/// map, whose pages would count as memory. One in column-major order is first written by rows into the system's
/// folder for caches, where it stays for the next run; without room there it stays mapped.
public struct NPYSource: Source {
  public static let manifest = Manifest(
    "npy", "samples and targets from NumPy arrays (.npy, .npz)", aliases: ["npz"],
    sample: "npy: {features: x_train.npy, targets: y_train.npy}")

  @Parameter("array of samples along its first axis") public var features: FilePath
  @Parameter("array of targets; may be missing for prediction") public var targets: FilePath? = nil
  @Parameter("name of the array of samples in an .npz file") public var featureArray: String = "x"
  @Parameter("name of the array of targets in an .npz file") public var targetArray: String = "y"
  @Parameter("what the targets are") public var task: TargetTask = .auto

  public init() {}

  public init(
    features: FilePath, targets: FilePath? = nil, featureArray: String = "x",
    targetArray: String = "y", task: TargetTask = .auto
  ) {
    self.features = features
    self.targets = targets
    self.featureArray = featureArray
    self.targetArray = targetArray
    self.task = task
  }

  public static var fileExtensions: [String] { ["npy", "npz"] }

  public func reading(_ file: FilePath) -> NPYSource? {
    var copy = self
    copy.features = file
    copy.targets = nil
    return copy
  }

  public func open(_ context: SourceContext) throws -> any Dataset {
    try open(context, derived: .standard)
  }

  /// - Parameter derived: where an array that does not fit into memory is put into another order.
  package func open(_ context: SourceContext, derived: DerivedFiles) throws -> any Dataset {
    let samples = try array(context.resolve(features), named: featureArray, parameter: "features")
    guard let samples, !samples.shape.isEmpty else {
      throw PluginError("\(features) holds a single number", parameter: "features")
    }
    // Without a file of its own, targets may be in the archive of the features.
    let targetFile = targets ?? (isArchive(features) ? features : nil)
    var labels: StoredArray?
    if let targetFile {
      labels = try array(
        context.resolve(targetFile), named: targetArray, parameter: "targets",
        optional: targets == nil)
    }
    if labels == nil, context.needsTargets {
      throw PluginError("the file of targets is not given", parameter: "targets")
    }
    let shape = Shape(samples.shape.count == 1 ? [1] : Array(samples.shape.dropFirst()))
    return try MappedDataset.join(
      features: samples, sampleShape: shape, divisor: 1, targets: labels, task: task,
      names: (features.text, targetFile?.text ?? ""), context: context,
      derived: derived)
  }

  private func isArchive(_ file: FilePath) -> Bool { file.text.lowercased().hasSuffix(".npz") }

  private func array(
    _ path: String, named name: String, parameter: String, optional: Bool = false
  ) throws -> StoredArray? {
    try readingFiles(parameter) {
      guard isArchive(FilePath(path)) else { return try NPY.read(path) }
      let archive = try NPZ.read(path)
      if let array = archive[name] { return array }
      if optional { return nil }
      throw PluginError(
        "\(path) has no array `\(name)`; it has \(Labels.list(archive.names))",
        parameter: parameter)
    }
  }
}
