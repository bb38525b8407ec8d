import EspalierFormats
import EspalierProtocols

/// What all samples of images are like.
struct ImageForm: Sendable {
  let height: Int
  let width: Int
  let channels: Int
  /// Every byte is divided by this.
  let divisor: Float
  /// How images come to the size; `nil` where they have it.
  let resize: ImageFolderSource.Resize?
  let padding: UInt8
  let turns: Bool

  /// Bytes of a sample.
  var bytes: Int { height * width * channels }

  /// An image of a file, as samples are.
  func read(_ path: String) throws(FormatError) -> Image {
    let image = try ImageFile.read(path, turning: turns).converted(to: channels)
    switch resize {
    case .stretch: return image.resized(width: width, height: height)
    case .crop: return image.covering(width: width, height: height)
    case .fit: return image.within(width: width, height: height, value: padding)
    case nil:
      guard image.width == width, image.height == height else {
        throw FormatError(
          path, "has \(image.height)×\(image.width) pixels now, and had \(height)×\(width)")
      }
      return image
    }
  }
}

/// Images that are decoded when they are read.
struct ImageFolderDataset: Dataset {
  private var files: ImageFolderFiles
  private let form: ImageForm
  private let cache: ImageCache
  /// By byte, the number that it stands for.
  private let values: [Float]
  /// Numbers of the files in the cache, which was made before some were left out.
  private var places: [Int]?

  init(_ files: ImageFolderFiles, _ form: ImageForm, cacheBytes: Int) {
    self.files = files
    self.form = form
    cache = ImageCache(count: files.names.count, size: form.bytes, limit: cacheBytes)
    values = (0..<256).map { Float($0) / form.divisor }
  }

  /// The same without images that cannot be decoded.
  func withoutUnreadable() throws -> ImageFolderDataset {
    var bad: [(number: Int, error: FormatError)] = []
    let outcomes = concurrently(count) { (number) throws(FormatError) -> Bool in
      cache.keep(try form.read(files.path(number)).bytes, number)
      return true
    }
    for (number, outcome) in outcomes.enumerated() {
      if case .failure(let error) = outcome { bad.append((number, error)) }
    }
    var result = self
    let numbers = Set(bad.map(\.number))
    result.places = (0..<count).filter { !numbers.contains($0) }
    try result.files.leaveOut(bad)
    return result
  }

  var description: DataDescription {
    DataDescription(
      sampleShape: [form.channels, form.height, form.width], target: files.target)
  }
  var count: Int { files.names.count }
  var notes: [String] { files.notes }
  var sampleNames: [String]? {
    files.names.map { $0.isEmpty ? files.root : $0 }
  }

  func place(of sample: Int) -> String? { files.path(sample) }
  func allTargets() -> [Float] { files.classes.map { Float($0) } }

  func read(
    _ rows: UnsafeBufferPointer<Int>, features: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>?
  ) throws {
    for (place, row) in rows.enumerated() {
      let number = places?[row] ?? row
      let output = features + place * form.bytes
      if !cache.read(number, { put($0, to: output) }) {
        let image = try readingFiles("path") { try form.read(files.path(row)) }
        image.bytes.withUnsafeBufferPointer { put($0.baseAddress!, to: output) }
        cache.keep(image.bytes, number)
      }
      if !files.classes.isEmpty { targets?[place] = Float(files.classes[row]) }
    }
  }

  /// Brings a sample from pixels of all channels to channels of all pixels.
  private func put(_ bytes: UnsafePointer<UInt8>, to output: UnsafeMutablePointer<Float>) {
    let pixels = form.height * form.width
    values.withUnsafeBufferPointer { values in
      for channel in 0..<form.channels {
        let plane = output + channel * pixels
        for pixel in 0..<pixels {
          plane[pixel] = values[Int(bytes[pixel * form.channels + channel])]
        }
      }
    }
  }
}
