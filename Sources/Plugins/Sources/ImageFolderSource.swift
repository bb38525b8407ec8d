import EspalierFormats
import EspalierProtocols

/// Images in folders, a folder a class: `cats/1.png`, `dogs/2.jpg`.
///
/// Classes are the folders' names, sorted by bytes; samples come by class, then by path, sorted by bytes. Images in
/// folders within those of classes are found too, names that begin with a dot are passed over. PNG, JPEG, PBM, PGM
/// and PPM are read, known by their first bytes among files that end in png, jpg, jpeg, pbm, pgm, ppm or pnm.
///
/// Samples are [channels, height, width]; bytes are divided by 255 unless `scale` is false. Alpha is dropped,
/// numbers of 16 bits lose their lower half, and photos are turned as their EXIF data say. With `size` they are
/// resized by a triangle filter that smooths what shrinks; without it all must have one size.
///
/// Opening reads headers alone, and whether a PNG is whole, unless `unreadable` is `skip`, which has to look at all
/// pixels. What a batch needs is decoded then, and kept up to `cache`.
public struct ImageFolderSource: Source {
  /// How an image comes to a size of other proportions.
  public enum Resize: String, Choice, Sendable {
    /// Both sides, each by its own factor.
    case stretch
    /// The shorter side comes to its length, and the middle of the longer one is kept.
    case crop
    /// The longer side comes to its length, and the rest is filled.
    case fit
  }

  /// What becomes of an image that cannot be read.
  public enum Unreadable: String, Choice, Sendable { case error, skip }

  public static let manifest = Manifest(
    "image_folder", "images in folders, a folder a class (PNG, JPEG, PNM)",
    sample: "image_folder: {path: photos, size: [64, 64]}")

  @Parameter("folder of the classes' folders") public var path: FilePath
  @Parameter(
    "height and width of all samples, or one number for both; that of the images unless given",
    in: 1...16384)
  public var size: [Int] = []
  @Parameter("how images of other proportions come to the size") public var resize = Resize.stretch
  @Parameter("value around images, for `resize: fit`", in: 0...255) public var padding: Int = 0
  @Parameter("1 for grey, 3 for colours; auto: 1 if all images are grey") public var channels:
    Channels = .auto
  @Parameter("whether bytes are brought to 0…1") public var scale: Bool = true
  @Parameter("whether photos are turned as their EXIF data say") public var exifOrientation: Bool =
    true
  @Parameter("what becomes of an image that cannot be read") public var unreadable =
    Unreadable.error
  @Parameter(
    "memory for decoded images, which later epochs find there", in: 0...1_048_576, unit: "MB")
  public var cache: Int = 1024

  public init() {}

  /// - Parameters:
  ///   - path: folder of the classes' folders.
  ///   - size: height and width of all samples, or one number for both; that of the images unless given.
  public init(
    _ path: FilePath, size: [Int] = [], resize: Resize = .stretch, padding: Int = 0,
    channels: Channels = .auto, scale: Bool = true, exifOrientation: Bool = true,
    unreadable: Unreadable = .error, cache: Int = 1024
  ) {
    self.path = path
    self.size = size
    self.resize = resize
    self.padding = padding
    self.channels = channels
    self.scale = scale
    self.exifOrientation = exifOrientation
    self.unreadable = unreadable
    self.cache = cache
  }

  public func validate() throws {
    guard size.count <= 2, size.allSatisfy({ (1...16384).contains($0) }) else {
      throw PluginError(
        "a size is a height and a width of 1…16384, not \(size)", parameter: "size")
    }
  }

  public static var fileExtensions: [String] { ImageFile.endings }
  public static var readsFolders: Bool { true }

  public func reading(_ file: FilePath) -> ImageFolderSource? {
    var copy = self
    copy.path = file
    // Each prediction belongs to an image.
    copy.unreadable = .error
    return copy
  }

  public func open(_ context: SourceContext) throws -> any Dataset {
    try validate()
    return try readingFiles("path") {
      var files = try ImageFolderFiles(context.resolve(path), context)
      let headers = try files.readHeaders(skipping: unreadable == .skip)
      let form = try form(files, headers, context)
      let dataset = ImageFolderDataset(files, form, cacheBytes: max(0, min(cache, 1 << 20)) << 20)
      return unreadable == .skip ? try dataset.withoutUnreadable() : dataset
    }
  }

  /// What all samples are like.
  private func form(
    _ files: ImageFolderFiles, _ headers: [ImageHeader], _ context: SourceContext
  ) throws -> ImageForm {
    let sizes = headers.map { header in
      header.orientation.exchangesSides && exifOrientation
        ? [header.width, header.height] : [header.height, header.width]
    }
    let expected = context.expected.map { Array($0.sampleShape.dimensions) }
    if let expected, expected.count != 3 || ![1, 3].contains(expected[0]) {
      throw PluginError(
        "images have the shape [channels, height, width], trained was with \(Shape(expected))")
    }
    var count = channels.count ?? (headers.allSatisfy(\.isGrey) ? 1 : 3)
    if let expected {
      guard channels == .auto || count == expected[0] else {
        throw PluginError(
          "images have \(count) channels, trained was with \(expected[0])", parameter: "channels")
      }
      count = expected[0]
    }
    let wanted =
      size.isEmpty
      ? try commonSize(files, sizes, expected.map { Array($0.dropFirst()) })
      : [size[0], size[size.count - 1]]
    if let expected, wanted != Array(expected.dropFirst()) {
      throw PluginError(
        "samples have \(wanted[0])×\(wanted[1]) pixels (height × width), trained was with "
          + "\(expected[1])×\(expected[2])", parameter: "size")
    }
    return ImageForm(
      height: wanted[0], width: wanted[1], channels: count, divisor: scale ? 255 : 1,
      resize: size.isEmpty ? nil : resize, padding: UInt8(clamping: padding), turns: exifOrientation
    )
  }

  private func commonSize(
    _ files: ImageFolderFiles, _ sizes: [[Int]], _ expected: [Int]?
  ) throws -> [Int] {
    let first = expected ?? sizes[0]
    guard let other = sizes.firstIndex(where: { $0 != first }) else { return first }
    func words(_ size: [Int]) -> String { "\(size[0])×\(size[1])" }
    let start = "\(files.path(other)) has \(words(sizes[other])) pixels (height × width), "
    throw PluginError(
      start + (expected == nil ? "\(files.path(0)) has " : "trained was with ") + words(first),
      parameter: "size", remedy: "`size: [\(first[0]), \(first[1])]` brings all to one size")
  }
}

extension ImageFolderSource {
  /// Channels of samples: `auto`, 1 or 3.
  public enum Channels: ParameterValue, Hashable {
    case auto, grey, colours

    public static func decode(_ value: ConfigValue) throws(ValueProblem) -> Channels {
      switch value {
      case .text("auto"): return .auto
      case .integer(1): return .grey
      case .integer(3): return .colours
      default: throw ValueProblem(.choice, expected: "auto, 1 or 3", found: value)
      }
    }
    public var configValue: ConfigValue { count.map(ConfigValue.integer) ?? .text("auto") }
    public static var form: ValueForm { .either([.integer, .choice(["auto"])]) }

    var count: Int? {
      switch self {
      case .auto: nil
      case .grey: 1
      case .colours: 3
      }
    }
  }
}
