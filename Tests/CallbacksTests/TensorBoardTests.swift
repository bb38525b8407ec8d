import EspalierCallbacks
import EspalierProtocols
import Foundation
import Testing

@Suite struct TensorBoardTests {
  /// A point of a line: step, tag, value.
  private struct Point: Equatable {
    let step: Int
    let tag: String
    let value: Float
    init(_ step: Int, _ tag: String, _ value: Float) {
      (self.step, self.tag, self.value) = (step, tag, value)
    }
  }

  private func files(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { folder + "/" + $0 }
  }

  private func events(_ folder: String, file: Int = 0) throws -> [RecordedEvent] {
    try RecordedEvent.all(in: try files(folder + "/tensorboard")[file])
  }

  private func points(_ events: [RecordedEvent]) -> [Point] {
    events.flatMap { event in
      event.values.compactMap { value in
        value.float(2).map { Point(event.step, value.text(1) ?? "", $0) }
      }
    }
  }

  private func value(_ tag: String, _ events: [RecordedEvent]) throws -> RecordedEvent.Fields {
    try #require(events.flatMap(\.values).first { $0.text(1) == tag }, "there is no \(tag)")
  }

  private func fake(_ folder: String?) -> FakeRun {
    let run = FakeRun()
    run.folder = folder
    return run
  }

  /// The reader of these tests reads what TensorBoard's own writer wrote.
  @Test func theReaderIsRight() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Fixtures/callbacks/tensorboard/reference.tfevents").path
    let events = try RecordedEvent.all(in: path)
    #expect(events.map(\.wallTime) == [1.5, 2.5, -3.25])
    #expect(events.map(\.step) == [0, 7, 1 << 40])
    #expect(events[0].version == "brain.Event:2")
    #expect(events[1].sessionStatus == 1)
    #expect(points(events) == [Point(1 << 40, "loss/train", 0.375)])
    let histogram = try #require(try value("w", events).message(5))
    #expect((1...5).map { histogram.double($0) } == [-1, 2, 3, 1.5, 5.25])
    #expect(histogram.doubles(6) == [0, 2])
    #expect(histogram.doubles(7) == [1, 2])
    #expect(RecordedEvent.checksum("123456789".utf8, 0x82F6_3B78) == 0xE306_9283)
    #expect(RecordedEvent.checksum("123456789".utf8, 0xEDB8_8320) == 0xCBF4_3926)
  }

  @Test func resultsAreLinesByStep() throws {
    try withFolder { folder in
      var callback = TensorBoard(everySteps: 2)
      let run = fake(folder)
      try run.send(.runStart, to: &callback)
      _ = try run.runEpoch(&callback, ["train_loss": 0.5, "validation_loss": 0.75])
      let first = try events(folder)
      #expect(first[0].version == "brain.Event:2")
      #expect(first[1].sessionStatus == 1)
      #expect(first[1].step == 0)
      #expect(first.allSatisfy { $0.wallTime > 1.7e9 })
      run.batchLoss = 0.25
      run.learningRate = 0.05
      _ = try run.runEpoch(&callback, ["train_loss": .nan, "extra": 3])
      run.logged = [("gradient_norm", 2), ("learning_rate", 7)]
      try run.send(.logged, to: &callback)
      try run.send(.runEnd, to: &callback)
      let found = points(try events(folder))
      let expected = [
        Point(2, "batch_loss", 1), Point(2, "learning_rate", 0.1), Point(4, "batch_loss", 1),
        Point(4, "learning_rate", 0.1), Point(4, "loss/train", 0.5),
        Point(4, "loss/validation", 0.75), Point(4, "epoch", 1), Point(6, "batch_loss", 0.25),
        Point(6, "learning_rate", 0.05), Point(8, "batch_loss", 0.25),
        Point(8, "learning_rate", 0.05), Point(8, "loss/train", .nan),
        Point(8, "loss/validation", 0.75), Point(8, "extra", 3), Point(8, "epoch", 2),
        // A second value under one tag at one step would be a spike.
        Point(8, "gradient_norm", 2),
      ]
      #expect(found.map { "\($0)" } == expected.map { "\($0)" })
    }
  }

  @Test func stepsAreSilentUnlessAskedFor() throws {
    try withFolder { folder in
      var callback = TensorBoard()
      #expect(!callback.events.contains(.batchEnd) && !callback.events.contains(.afterBackward))
      #expect(!callback.events.contains(.batchLoaded) && !callback.events.contains(.epochStart))
      let run = fake(folder)
      try run.send(.runStart, to: &callback)
      _ = try run.runEpoch(&callback, ["train_loss": 0.5])
      #expect(points(try events(folder)).map(\.step) == [4, 4, 4])
    }
  }

  @Test func aResumedRunTakesBackLaterSteps() throws {
    try withFolder { folder in
      var callback = TensorBoard()
      let run = fake(folder)
      try run.send(.runStart, to: &callback)
      for _ in 0..<3 { _ = try run.runEpoch(&callback, ["train_loss": 0.5]) }

      var second = TensorBoard()
      let resumed = fake(folder)
      (resumed.epoch, resumed.step) = (3, 8)
      try resumed.send(.runStart, to: &second)
      _ = try resumed.runEpoch(&second, ["train_loss": 0.25])
      #expect(try files(folder + "/tensorboard").count == 2)
      // TensorBoard reads files in the order of their names.
      let old = try events(folder)
      let new = try events(folder, file: 1)
      #expect(points(old).map(\.step).max() == 12)
      #expect(new[1].sessionStatus == 1)
      #expect(new[1].step == 9)
      #expect(points(new).map(\.step) == [12, 12, 12])
      #expect(new.flatMap(\.values).contains { $0.text(1) == "config/text_summary" })
      #expect(!new.flatMap(\.values).contains { $0.text(1)?.hasPrefix("_hparams_") ?? false })

      // At the last step of an epoch whose results come once more.
      var third = TensorBoard()
      let within = fake(folder)
      (within.epoch, within.step, within.stepInEpoch) = (2, 8, 4)
      try within.send(.runStart, to: &third)
      #expect(try events(folder, file: 2)[1].step == 8)
    }
  }

  @Test func histogramsOfParametersAndGradients() throws {
    try withFolder { folder in
      var callback = TensorBoard(histograms: 2, gradients: true)
      let run = fake(folder)
      run.parameterNames = ["dense_1.weight", "dense_1.bias", "statistic", "broken"]
      let weights: [Float] = [-1, -0.5, 0, 0.25, 3, .nan]
      run.parameters = [
        "dense_1.weight": weights, "dense_1.bias": [2, 2], "broken": [.infinity], "statistic": [1],
      ]
      run.gradients = ["dense_1.weight": [1, 2], "dense_1.bias": [0]]
      try run.send(.runStart, to: &callback)
      for epoch in 1...2 {
        try run.send(.epochStart, to: &callback)
        #expect(callback.isDue(.afterBackward, at: run.updates) == (epoch == 2))
        #expect(!callback.isDue(.afterBackward, at: run.updates + 1))
        try run.send(.afterBackward, to: &callback)
        #expect(!callback.isDue(.afterBackward, at: run.updates))
        run.step += 4
        try run.send(.epochEnd, to: &callback)
        run.epoch += 1
      }
      let all = try events(folder)
      let histograms = all.flatMap { event in
        event.values.filter { $0.bytes(5) != nil }.map { "\(event.step) \($0.text(1)!)" }
      }
      #expect(
        histograms == [
          "4 gradients/dense_1.weight", "4 gradients/dense_1.bias", "8 parameters/dense_1.weight",
          "8 parameters/dense_1.bias", "8 parameters/statistic",
        ])
      let spread = try #require(try value("parameters/dense_1.weight", all).message(5))
      #expect((1...5).map { spread.double($0) } == [-1, 3, 5, 1.75, 10.3125])
      let (limits, counts) = (spread.doubles(6), spread.doubles(7))
      #expect(limits.count == counts.count)
      #expect(zip(limits, limits.dropFirst()).allSatisfy { $0 < $1 })
      #expect(limits.last == 3)
      #expect(counts.reduce(0, +) == 5)
      // Bins of a tenth: −1 lies in the first, 0 in the eleventh, 3 in the last.
      #expect(counts[0] == 1 && counts[5] == 1 && counts[10] == 1 && counts[12] == 1)
      #expect(counts[39] == 1)
      let single = try #require(try value("parameters/dense_1.bias", all).message(5))
      #expect(single.doubles(6) == [2] && single.doubles(7) == [2])
    }
  }

  @Test func imagesOfTheFirstBatch() throws {
    try withFolder { folder in
      var callback = TensorBoard(images: 2)
      let run = fake(folder)
      run.facts.sampleShape = [3, 2, 1]
      let pixels = UnsafeMutableBufferPointer<Float>.allocate(capacity: 18)
      defer { pixels.deallocate() }
      _ = pixels.initialize(from: (0..<18).map { Float($0) - 4 })
      run.batch = BatchView(
        count: 3, features: pixels, targets: UnsafeMutableBufferPointer(start: nil, count: 0))
      try run.send(.runStart, to: &callback)
      try run.send(.batchLoaded, to: &callback)
      #expect(!callback.isDue(.batchLoaded, at: 0))
      run.step = 1
      try run.send(.batchLoaded, to: &callback)
      try run.send(.epochEnd, to: &callback)
      let all = try events(folder)
      let images = all.flatMap(\.values).filter { $0.bytes(4) != nil }
      #expect(images.map { $0.text(1) } == ["samples/0", "samples/1"])
      let image = try #require(try images[1].message(4))
      #expect([image.number(1), image.number(2), image.number(3)] == [2, 1, 3])
      // Channels of a pixel stand together; the least number is black, the greatest white.
      try expectPNG(
        try #require(image.bytes(4)), width: 1, height: 2, colour: 2,
        lines: [0, 0, 102, 204, 0, 51, 153, 255])
    }
  }

  private func expectPNG(
    _ bytes: [UInt8], width: Int, height: Int, colour: UInt8, lines: [UInt8]
  ) throws {
    #expect(Array(bytes.prefix(8)) == [0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A])
    var rest = bytes.dropFirst(8)
    func big(_ bytes: some Collection<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
    var chunks: [String: [UInt8]] = [:]
    var names: [String] = []
    while !rest.isEmpty {
      let length = big(rest.prefix(4))
      let body = rest.dropFirst(4).prefix(4 + length)
      let sum = big(rest.dropFirst(8 + length).prefix(4))
      #expect(sum == Int(RecordedEvent.checksum(body, 0xEDB8_8320)))
      names.append(String(decoding: body.prefix(4), as: UTF8.self))
      chunks[names.last!] = Array(body.dropFirst(4))
      rest = rest.dropFirst(12 + length)
    }
    #expect(names == ["IHDR", "IDAT", "IEND"])
    let size = [0, 0, 0, UInt8(width), 0, 0, 0, UInt8(height)]
    #expect(chunks["IHDR"] == size + [8, colour, 0, 0, 0])
    var (a, b) = (1, 0)
    for byte in lines {
      a = (a + Int(byte)) % 65521
      b = (b + a) % 65521
    }
    let count = UInt8(lines.count)
    let sum = [b >> 8, b & 255, a >> 8, a & 255].map { UInt8($0) }
    #expect(chunks["IDAT"] == [0x78, 0x01, 1, count, 0, ~count, 0xFF] + lines + sum)
  }

  @Test func configAndHyperparameters() throws {
    try withFolder { folder in
      try "name: fake\nseed: 1\n".write(
        toFile: folder + "/config.yaml", atomically: true, encoding: .utf8)
      var callback = TensorBoard()
      let run = fake(folder)
      run.facts.configuration = .table([
        .init("name", .text("fake")),
        .init(
          "model",
          .list([
            .table([
              .init("dense", .table([.init("units", .integer(8)), .init("bias", .bool(true))]))
            ]),
            .text("relu"),
          ])),
        .init("optimizer", .table([.init("adam", .table([.init("rate", .number(0.01))]))])),
        .init(
          "data",
          .table([
            .init("source", .text("synthetic")),
            .init("split", .table([.init("test", .number(0.2))])),
          ])), .init("training", .table([.init("threads", .integer(2))])),
        .init("schedule", .null), .init("callbacks", .list([.text("tensorboard")])),
      ])
      try run.send(.runStart, to: &callback)
      _ = try run.runEpoch(&callback, ["train_loss": 0.5])
      try run.send(.runEnd, to: &callback)
      let all = try events(folder)

      let text = try value("config/text_summary", all)
      #expect(try text.message(8)?.text(8) == "    name: fake\n    seed: 1")
      #expect(try text.message(9)?.message(1)?.text(1) == "text")

      func content(_ tag: String, _ field: Int) throws -> RecordedEvent.Fields {
        let data = try #require(try value("_hparams_/\(tag)", all).message(9)?.message(1))
        #expect(data.text(1) == "hparams")
        return try #require(try data.message(2)?.message(field))
      }
      let experiment = try content("experiment", 2)
      let columns = try experiment.messages(4).map { "\($0.text(1)!) \($0.number(4)!)" }
      #expect(
        columns == [
          "data.split.test 3", "model[0] 1", "model[0].dense.units 3", "model[0].dense.bias 2",
          "model[1] 1",
          "optimizer 1", "optimizer.adam.rate 3", "model 1",
        ])
      #expect(
        try experiment.messages(5).map { try $0.message(1)?.text(2) }
          == ["loss/train", "loss/validation"])
      let start = try content("session_start_info", 3)
      let values = try start.messages(1).map { entry -> String in
        let value = try #require(try entry.message(2))
        let text =
          value.text(3) ?? value.double(2).map { "\($0)" } ?? value.number(4).map { "flag \($0)" }
        return entry.text(1)! + " " + (text ?? "")
      }
      #expect(
        values == [
          "data.split.test 0.2", "model[0] dense", "model[0].dense.units 8.0",
          "model[0].dense.bias flag 1",
          "model[1] relu", "optimizer adam", "optimizer.adam.rate 0.01", "model dense, relu",
        ])
      #expect(start.double(5) ?? 0 > 1.7e9)
      #expect(try content("session_end_info", 4).number(1) == 1)
    }
  }

  @Test func theEndTellsHowItCame() throws {
    for (event, status) in [(Event.failure, 2), (.interrupted, nil), (.epochEnd, 1)] {
      try withFolder { folder in
        var callback = TensorBoard()
        let run = fake(folder)
        try run.send(.runStart, to: &callback)
        try run.send(event, to: &callback)
        try run.send(.runEnd, to: &callback)
        let end = try events(folder).flatMap(\.values)
          .first { $0.text(1) == "_hparams_/session_end_info" }
        let content = try end?.message(9)?.message(1)?.message(2)?.message(4)
        #expect(content?.number(1) == status)
      }
    }
  }

  @Test func foldersOfTheUsersChoice() throws {
    try withFolder { folder in
      var nowhere = TensorBoard()
      let run = fake(nil)
      try run.send(.runStart, to: &nowhere)
      #expect(try run.runEpoch(&nowhere, ["train_loss": 1]) == .proceed)
      var elsewhere = TensorBoard(folder: folder + "/all/mine")
      try run.send(.runStart, to: &elsewhere)
      try run.send(.runEnd, to: &elsewhere)
      #expect(try files(folder + "/all/mine").count == 1)
      run.folder = folder
      var within = TensorBoard(folder: "logs/events")
      try run.send(.runStart, to: &within)
      #expect(try files(folder + "/logs/events").count == 1)
    }
  }

  @Test func mistakesAreTold() throws {
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return "accepted"
    }
    #expect(message { try TensorBoard(gradients: true).validate() }.contains("histograms: 1"))
    #expect(message { try TensorBoard(folder: "").validate() }.contains("name of a folder"))
    #expect(message { try TensorBoard(histograms: 1, gradients: true).validate() } == "accepted")
    try withFolder { folder in
      let run = fake(folder)
      run.facts.sampleShape = [6]
      var pictures = TensorBoard(images: 1)
      #expect(
        message { try run.send(.runStart, to: &pictures) }.contains("[6] are no images"))
      try "".write(toFile: folder + "/tensorboard", atomically: true, encoding: .utf8)
      var blocked = TensorBoard()
      let text = message { try run.send(.runStart, to: &blocked) }
      #expect(text.contains("cannot make the folder \(folder)/tensorboard"), "\(text)")
    }
  }
}
