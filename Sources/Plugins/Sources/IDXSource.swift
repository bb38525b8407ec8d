import EspalierFormats
import EspalierProtocols

/// Images and labels in the format of the MNIST files, mapped into memory and read on demand.
///
/// Images [n, rows, columns] become samples [1, rows, columns]; [n, channels, rows, columns] and
/// [n, features] stay as they are. Bytes are divided by 255 unless `scale` is false.
public struct IDXSource: Source {
  public static let manifest = Manifest(
    "idx", "images and labels from IDX files, as of MNIST", aliases: ["mnist"],
    sample: "idx: {images: train-images-idx3-ubyte, labels: train-labels-idx1-ubyte}")

  @Parameter("file of images") public var images: FilePath
  @Parameter("file of labels; may be missing for prediction") public var labels: FilePath? = nil
  @Parameter("whether bytes are brought to 0…1") public var scale: Bool = true

  public init() {}

  public init(images: FilePath, labels: FilePath? = nil, scale: Bool = true) {
    self.images = images
    self.labels = labels
    self.scale = scale
  }

  public static var fileExtensions: [String] { ["idx", "idx3-ubyte"] }

  public func reading(_ file: FilePath) -> IDXSource? {
    var copy = self
    copy.images = file
    copy.labels = nil
    return copy
  }

  public func open(_ context: SourceContext) throws -> any Dataset {
    let pictures = try readingFiles("images") {
      try IDX.read(
        DerivedFiles.standard.unpacking(
          context.resolve(images), memory: context.memory, parameter: "images"))
    }
    guard pictures.shape.count >= 1 else {
      throw PluginError("\(images) has no axis of samples", parameter: "images")
    }
    var sample = Array(pictures.shape.dropFirst())
    if sample.count == 2 { sample.insert(1, at: 0) }
    if sample.isEmpty { sample = [1] }
    guard labels != nil || !context.needsTargets else {
      throw PluginError("the file of labels is not given", parameter: "labels")
    }
    let classes = try labels.map { labels in
      try readingFiles("labels") { try IDX.read(context.resolve(labels)) }
    }
    return try MappedDataset.join(
      features: pictures, sampleShape: Shape(sample),
      divisor: scale && pictures.type == .uint8 ? 255 : 1, targets: classes,
      task: .classification, names: (images.text, labels?.text ?? ""), context: context)
  }
}
