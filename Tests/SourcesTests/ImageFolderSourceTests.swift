import EspalierFormats
import EspalierProtocols
import EspalierSources
import Foundation
import Testing

@Suite struct ImageFolderSourceTests {
  /// A folder of images, and other files, for the time of the body.
  private func inFolder<T>(
    _ files: [String: [UInt8]], _ body: (SourceContext) throws -> T
  ) throws -> T {
    let folder = FileManager.default.temporaryDirectory.path + "/espalier-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, bytes) in files {
      let path = URL(fileURLWithPath: folder + "/" + name)
      try FileManager.default.createDirectory(
        at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: path)
    }
    return try body(SourceContext(folder: folder))
  }

  /// A PNG file of grey pixels that count up from a number.
  private func grey(_ start: Int, width: Int = 3, height: Int = 2) -> [UInt8] {
    PNG.file(
      of: Image(
        width: width, height: height, channels: 1,
        bytes: (0..<width * height).map { UInt8((start + $0) % 256) }))
  }

  private func colours(_ start: Int, width: Int = 3, height: Int = 2) -> [UInt8] {
    PNG.file(
      of: Image(
        width: width, height: height, channels: 3,
        bytes: (0..<3 * width * height).map { UInt8((start + $0) % 256) }))
  }

  private func message(_ source: ImageFolderSource, _ context: SourceContext) -> String {
    complaint { _ = try source.open(context) }
  }

  private var animals: [String: [UInt8]] {
    [
      "pets/dog/b.png": grey(10), "pets/dog/a.PNG": grey(20), "pets/cat/z/deep.png": grey(30),
      "pets/cat/y.jpg": grey(40), "pets/cat/.hidden.png": grey(50), "pets/.git/x.png": grey(60),
    ]
  }

  @Test func foldersAreClasses() throws {
    try inFolder(animals) { context in
      let data = try ImageFolderSource("pets").open(context)
      #expect(data.count == 4)
      #expect(data.description.sampleShape == [1, 2, 3])
      #expect(data.description.target == .classes(["cat", "dog"]))
      #expect(try data.allTargets() == [0, 0, 1, 1])
      // By class, then by path; what a file is shows in its bytes.
      #expect(
        data.sampleNames == ["cat/y.jpg", "cat/z/deep.png", "dog/a.PNG", "dog/b.png"])
      #expect(data.place(of: 3)?.hasSuffix("pets/dog/b.png") == true)
      let (features, targets) = try data.samples([3, 0])
      #expect(targets == [1, 0])
      #expect(features == (Array(10..<16) + Array(40..<46)).map { Float($0) / 255 })
      let raw = try ImageFolderSource("pets", scale: false).open(context)
      #expect(try raw.samples([2]).features == (20..<26).map { Float($0) })
      #expect(data.notes == [])
    }
  }

  @Test func channels() throws {
    var files = animals
    files["pets/dog/c.png"] = colours(0)
    try inFolder(files) { context in
      let data = try ImageFolderSource("pets", scale: false).open(context)
      #expect(data.description.sampleShape == [3, 2, 3])
      // Channels of all pixels, one after another.
      let last = try data.samples([4]).features
      #expect(last == (0..<3).flatMap { channel in (0..<6).map { Float(3 * $0 + channel) } })
      let first = try data.samples([0]).features
      #expect(first == [Float](repeating: 1, count: 3).flatMap { _ in (40..<46).map { Float($0) } })
      let one = try ImageFolderSource("pets", channels: .grey, scale: false).open(context)
      #expect(one.description.sampleShape == [1, 2, 3])
      #expect(try one.samples([4]).features[0] == 1)
      #expect(
        try ImageFolderSource("pets", channels: .colours).open(context).description.sampleShape
          == [3, 2, 3])
    }
    try inFolder(animals) { context in
      let data = try ImageFolderSource("pets", channels: .colours).open(context)
      #expect(data.description.sampleShape == [3, 2, 3])
    }
  }

  @Test func sizes() throws {
    var files = animals
    files["pets/dog/big.png"] = grey(0, width: 6, height: 8)
    try inFolder(files) { context in
      let different = message(ImageFolderSource("pets"), context)
      #expect(different.contains("dog/big.png has 8×6 pixels (height × width)"), "\(different)")
      #expect(different.contains("cat/y.jpg has 2×3"))
      #expect(different.contains("`size: [2, 3]` brings all to one size"))
      for resize in [ImageFolderSource.Resize.stretch, .crop, .fit] {
        let source = ImageFolderSource(
          "pets", size: [4, 5], resize: resize, padding: 200, scale: false)
        let data = try source.open(context)
        #expect(data.description.sampleShape == [1, 4, 5])
        let image = try decoded(files["pets/dog/big.png"]!)
        let expected =
          switch resize {
          case .stretch: image.resized(width: 5, height: 4)
          case .crop: image.covering(width: 5, height: 4)
          case .fit: image.within(width: 5, height: 4, value: 200)
          }
        #expect(try data.samples([4]).features == expected.bytes.map { Float($0) }, "\(resize)")
      }
      let square = try ImageFolderSource("pets", size: [7]).open(context)
      #expect(square.description.sampleShape == [1, 7, 7])
      #expect(throws: PluginError.self) {
        try ImageFolderSource("pets", size: [1, 2, 3]).validate()
      }
      #expect(throws: PluginError.self) { try ImageFolderSource("pets", size: [0]).validate() }
    }
  }

  private func decoded(_ bytes: [UInt8]) throws -> Image {
    try bytes.withUnsafeBytes { try ImageFile.image(of: $0, named: "x") }
  }

  /// A photo that says that it lies on its side.
  @Test func orientation() throws {
    let fixtures = SourceContext(folder: repository + "/Tests/Fixtures/images")
    let photo = try Data(contentsOf: URL(fileURLWithPath: fixtures.folder + "/turned_6.jpg"))
    try inFolder(["a/1.jpg": Array(photo), "b/2.jpg": Array(photo)]) { context in
      let data = try ImageFolderSource(".", scale: false).open(context)
      #expect(data.description.sampleShape == [3, 10, 6])
      let stored = try ImageFolderSource(".", scale: false, exifOrientation: false).open(context)
      #expect(stored.description.sampleShape == [3, 6, 10])
      // A quarter to the right: the lower left corner comes to the upper left.
      #expect(try data.samples([0]).features[0] == stored.samples([0]).features[50])
    }
  }

  @Test func foldersThatAreNone() throws {
    try inFolder(["loose.png": grey(0), "note.txt": [1]]) { context in
      let text = message(ImageFolderSource("."), context)
      #expect(text.contains("has no folders, but 1 image of no class"), "\(text)")
      #expect(text.contains("put the images of each class into a folder"))
      #expect(message(ImageFolderSource("gone"), context).contains("gone: there is no such folder"))
      #expect(message(ImageFolderSource("loose.png"), context).contains("is a file"))
    }
    try inFolder(["one/a.png": grey(0)]) { context in
      #expect(
        message(ImageFolderSource("."), context).contains(
          "has the folder of one class, `one`; two are needed"))
    }
    try inFolder(["a/1.png": grey(0), "b/x.webp": [1], "b/y.txt": [1], "b/z": [2]]) { context in
      let text = message(ImageFolderSource("."), context)
      #expect(
        text.contains("/b holds no image; 3 files have other endings (.txt, .webp)"), "\(text)")
    }
  }

  @Test func filesThatArePassedOver() throws {
    var files = animals
    files["pets/read.me"] = [1]
    files["pets/dog/thumbs.db"] = [1]
    try inFolder(files) { context in
      let data = try ImageFolderSource("pets").open(context)
      #expect(data.count == 4 && data.notes.count == 1)
      #expect(data.notes[0].hasPrefix("2 files in "))
      #expect(data.notes[0].hasSuffix("pets passed over (.db)"))
    }
  }

  // MARK: What cannot be read

  private var broken: [String: [UInt8]] {
    var files = animals
    files["pets/cat/empty.png"] = []
    files["pets/cat/half.png"] = Array(grey(0).dropLast(20))
    // A right header and a right end, and pixels that are damaged.
    var damaged = grey(0)
    damaged[damaged.count - 20] ^= 1
    files["pets/dog/dirt.png"] = damaged
    return files
  }

  @Test func anError() throws {
    try inFolder(broken) { context in
      let text = message(ImageFolderSource("pets"), context)
      #expect(text.contains("pets/cat/empty.png: the file is empty"), "\(text)")
    }
    var files = broken
    files["pets/cat/empty.png"] = nil
    try inFolder(files) { context in
      let text = message(ImageFolderSource("pets"), context)
      #expect(text.contains("pets/cat/half.png: the image is cut off"), "\(text)")
    }
    files["pets/cat/half.png"] = nil
    try inFolder(files) { context in
      // Pixels are not looked at before they are needed.
      let data = try ImageFolderSource("pets").open(context)
      #expect(data.count == 5)
      let text = complaint { _ = try data.samples([4]) }
      #expect(
        text.contains("pets/dog/dirt.png: the image is damaged: the checksum of its chunk `IDAT`"),
        "\(text)")
      #expect(try data.samples([0]).features.count == 6)
    }
  }

  /// A PNG is cut off wherever it ends before its last chunk, in its first kilobytes or far behind them;
  /// what stands behind its end is passed over.
  @Test(arguments: [2, 90]) func cutOffPNGs(side: Int) throws {
    // Random pixels, so that the file is as large as they are.
    var random = CounterRandom(seed: 1, stream: "pixels")
    let pixels = (0..<side * side * 3).map { _ in UInt8(random.integer(below: 256)) }
    let whole = PNG.file(of: Image(width: side, height: side, channels: 3, bytes: pixels))
    #expect((whole.count > 4096) == (side == 90))
    for missing in [1, 11, 12, 13, 40] {
      try inFolder(["a/1.png": whole, "b/2.png": Array(whole.dropLast(missing))]) { context in
        let text = message(ImageFolderSource("."), context)
        #expect(text.contains("b/2.png: the image is cut off"), "\(missing): \(text)")
      }
    }
    try inFolder(["a/1.png": whole + [1, 2, 3], "b/2.png": whole + whole]) { context in
      let data = try ImageFolderSource(".", scale: false).open(context)
      #expect(try data.samples([1]).features.count == pixels.count)
    }
  }

  @Test func skipping() throws {
    for cache in [0, 100] {
      try inFolder(broken) { context in
        let source = ImageFolderSource("pets", scale: false, unreadable: .skip, cache: cache)
        let data = try source.open(context)
        #expect(data.count == 4)
        #expect(
          data.sampleNames == ["cat/y.jpg", "cat/z/deep.png", "dog/a.PNG", "dog/b.png"])
        let features = try data.samples().features
        #expect(
          features == [40, 30, 20, 10].flatMap { start in (0..<6).map { Float(start + $0) } })
        #expect(try data.allTargets() == [0, 0, 1, 1])
        #expect(data.notes.count == 2)
        #expect(data.notes[0].contains("2 images that cannot be read left out"))
        #expect(data.notes[0].contains("cat/empty.png: the file is empty"))
        #expect(data.notes[0].contains("cat/half.png: the image is cut off"))
        #expect(
          data.notes[1].contains("dog/dirt.png: the image is damaged: the checksum of its chunk"))
      }
    }
    try inFolder(["a/1.png": grey(0), "b/1.png": [1], "b/2.png": [2]]) { context in
      let text = message(ImageFolderSource(".", unreadable: .skip), context)
      #expect(text.contains("no image of the class `b` can be read; the first: "), "\(text)")
    }
  }

  // MARK: Further folders of a run

  @Test func otherFoldersHaveTheSameClasses() throws {
    var files = animals
    files["few/dog/1.png"] = grey(0)
    files["more/dog/1.png"] = grey(1)
    files["more/cat/1.png"] = grey(2)
    files["more/cow/1.png"] = grey(3)
    files["same/dog/1.png"] = colours(4)
    files["same/cat/1.png"] = colours(5)
    files["large/dog/1.png"] = grey(0, width: 9, height: 9)
    files["large/cat/1.png"] = grey(0)
    try inFolder(files) { context in
      let trained = try ImageFolderSource("pets").open(context).description
      let next = SourceContext(folder: context.folder, expected: trained)
      #expect(
        message(ImageFolderSource("few"), next).contains("few has no folder of the classes cat"))
      #expect(
        message(ImageFolderSource("more"), next).contains(
          "more/cow is the folder of none of the classes learned: cat, dog"))
      // Colours become grey as in training.
      let same = try ImageFolderSource("same").open(next)
      #expect(same.description.sampleShape == [1, 2, 3])
      #expect(try same.allTargets() == [0, 1])
      let large = message(ImageFolderSource("large"), next)
      #expect(
        large.contains("large/dog/1.png has 9×9 pixels (height × width), trained was with 2×3"))
      #expect(
        message(ImageFolderSource("same", size: [4, 4]), next).contains(
          "samples have 4×4 pixels (height × width), trained was with 2×3"))
      #expect(
        message(ImageFolderSource("same", channels: .colours), next).contains(
          "images have 3 channels, trained was with 1"))
      var table = trained
      table.sampleShape = [6]
      #expect(
        message(ImageFolderSource("same"), SourceContext(folder: context.folder, expected: table))
          .contains("images have the shape [channels, height, width], trained was with"))
      var values = trained
      values.target = .values(["age"])
      #expect(
        message(ImageFolderSource("same"), SourceContext(folder: context.folder, expected: values))
          .contains("the model learned values, and folders are classes"))
    }
  }

  @Test func prediction() throws {
    var files = animals
    files["loose/b.png"] = grey(1)
    files["loose/a/c.png"] = colours(2)
    files["loose/x.txt"] = [1]
    files["loose/cow/c.png"] = grey(3)
    try inFolder(files) { context in
      let trained = try ImageFolderSource("pets").open(context).description
      let next = SourceContext(folder: context.folder, expected: trained, needsTargets: false)
      let source = ImageFolderSource("pets", scale: false, unreadable: .skip)
      let one = try #require(source.reading("loose/b.png")).open(next)
      #expect(one.count == 1 && one.description.target == .none)
      #expect(one.sampleNames?.first?.hasSuffix("loose/b.png") == true)
      #expect(try one.samples().features == (1..<7).map { Float($0) })
      // All images, whatever folders they are in.
      let all = try #require(source.reading("loose")).open(next)
      #expect(all.sampleNames == ["a/c.png", "b.png", "cow/c.png"])
      #expect(try all.samples([2]).features[0] == 3)
      #expect(all.notes == ["1 file in \(context.folder)/loose passed over (.txt)"])
      let gone = complaint { _ = try source.reading("gone")!.open(next) }
      #expect(gone.contains("there is no such folder"))
    }
    // Each image needs a prediction.
    try inFolder(["new/a.png": [1, 2, 3]]) { context in
      let expected = DataDescription(sampleShape: [1, 2, 3], target: .classes(["a", "b"]))
      let next = SourceContext(folder: context.folder, expected: expected, needsTargets: false)
      let source = ImageFolderSource("x", unreadable: .skip)
      let broken = complaint { _ = try source.reading("new")!.open(next) }
      #expect(broken.contains("no image that is read"))
    }
    #expect(ImageFolderSource.readsFolders && ImageFolderSource.fileExtensions.contains("jpeg"))
  }

  // MARK: The cache

  /// What is kept is not read again; what there is no room for is.
  @Test(arguments: [0, 1]) func cache(_ megabytes: Int) throws {
    let (width, height) = (1000, 700)
    let files = [
      "a/1.png": grey(1, width: width, height: height),
      "b/2.png": grey(2, width: width, height: height),
    ]
    try inFolder(files) { context in
      let data = try ImageFolderSource(".", scale: false, cache: megabytes).open(context)
      let first = try data.samples().features
      #expect(first[0] == 1 && first[width * height] == 2)
      for name in ["a/1.png", "b/2.png"] {
        try Data(grey(9, width: width, height: height)).write(
          to: URL(fileURLWithPath: context.folder + "/" + name))
      }
      let second = try data.samples().features
      // There is room for one.
      #expect(second[0] == (megabytes == 1 ? 1 : 9))
      #expect(second[width * height] == 9)
      // A file that is of another size now.
      try Data(grey(9, width: 5, height: 4)).write(
        to: URL(fileURLWithPath: context.folder + "/b/2.png"))
      let text = complaint { _ = try data.samples([1]) }
      #expect(text.contains("b/2.png: has 4×5 pixels now, and had 700×1000"), "\(text)")
    }
  }

  @Test func manyThreads() throws {
    var files: [String: [UInt8]] = [:]
    for number in 0..<60 { files["\(number % 3)/\(100 + number).png"] = grey(number) }
    try inFolder(files) { context in
      let data = try ImageFolderSource(".", scale: false).open(context)
      let expected = try ImageFolderSource(".", scale: false).open(context).samples().features
      nonisolated(unsafe) var wrong = [Bool](repeating: true, count: 8)
      let lock = NSLock()
      DispatchQueue.concurrentPerform(iterations: 8) { number in
        let found = try? data.samples().features
        lock.withLock { wrong[number] = found != expected }
      }
      #expect(!wrong.contains(true))
    }
  }
}
