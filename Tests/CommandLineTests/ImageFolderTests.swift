import Foundation
import Testing

/// Folders of images on the command line.
@Suite struct ImageFolderTests {
  /// Images of two classes, bright on the left or on the right, and a config for them.
  private func prepare(_ folder: String, options: String = "") throws -> String {
    for number in 0..<24 {
      let name = number % 2 == 0 ? "left" : "right"
      let path = "\(folder)/sides/\(name)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      let (a, b) = number % 2 == 0 ? (90 - number, 3) : (2, 80 + number)
      try write("P2 2 2 120 \(a) \(b) \(a) \(b)", to: "\(path)/\(100 + number).pgm")
    }
    let config = """
      data:
        source: {image_folder: {path: sides\(options)}}
        split: {validation: 0.25}
      model: [flatten, {dense: {units: 2}}]
      loss: cross_entropy
      optimizer: {adam: {learning_rate: 0.1}}
      metrics: [accuracy]
      training: {epochs: 20, batch_size: 6, seed: 1}
      """
    try write(config, to: folder + "/sides.yaml")
    return folder + "/sides.yaml"
  }

  @Test func trainsAndPredicts() throws {
    try inTemporaryFolder { folder in
      let config = try prepare(folder)
      let run = folder + "/run"
      let trained = espalier("train", config, "--output", run, "--progress", "none")
      #expect(trained.status == 0, "\(trained.error)")
      #expect(!trained.output.contains("left out"))

      try FileManager.default.createDirectory(
        atPath: folder + "/new/more", withIntermediateDirectories: true)
      try write("P2 2 2 100 95 1 95 1", to: folder + "/new/b.pgm")
      try write("P2 2 2 100 1 95 1 95", to: folder + "/new/more/a.pgm")
      let predicted = espalier("predict", run, "--input", folder + "/new")
      let lines = predicted.output.split(separator: "\n").map(String.init)
      try #require(predicted.status == 0 && lines.count == 3, "\(predicted.error)")
      #expect(lines[0] == "file,prediction,probability_left,probability_right")
      #expect(lines[1].hasPrefix("b.pgm,left,") && lines[2].hasPrefix("more/a.pgm,right,"))

      let one = espalier(
        "predict", run, "--input", folder + "/new/more/a.pgm", "--format", "jsonl")
      let object = try json(one.output) as? [String: Any]
      #expect(object?["file"] as? String == folder + "/new/more/a.pgm")
      #expect(object?["prediction"] as? String == "right")
      #expect(object?["probability_right"] as? Double ?? 0 > 0.5)

      let measured = espalier("evaluate", run, "--input", folder + "/sides", "--json")
      #expect(measured.output.contains("\"samples\": 24"), "\(measured.output)")
      let wrong = espalier("predict", run, "--input", folder + "/gone")
      #expect(wrong.status != 0 && wrong.error.contains("gone"))
      try write("P2 2 3 9 1 2 3 4 5 6", to: folder + "/new/c.pgm")
      let size = espalier("predict", run, "--input", folder + "/new")
      #expect(
        size.error.contains("c.pgm has 3×2 pixels (height × width), trained was with 2×2"),
        "\(size.error)")
    }
  }

  /// The report names what was left out, and so does the summary; without `skip` it is an error at the source.
  @Test func whatCannotBeRead() throws {
    try inTemporaryFolder { folder in
      let config = try prepare(folder, options: ", unreadable: skip")
      try write("P2 2 2 100 1", to: folder + "/sides/left/broken.pgm")
      let run = folder + "/run"
      let trained = espalier("train", config, "--output", run, "--progress", "none")
      #expect(trained.status == 0, "\(trained.error)")
      let words = "1 image that cannot be read left out: "
      let row = trained.output.split(separator: "\n").first { $0.contains(words) } ?? ""
      #expect(row.contains("left/broken.pgm: the image is cut off"))
      let summary = try json(try String(contentsOfFile: run + "/summary.json", encoding: .utf8))
      let notes = (summary as? [String: Any])?.first { $0.key.lowercased().contains("notes") }
      #expect((notes?.value as? [String])?.first?.hasPrefix(words) == true)

      let error = espalier(
        "train", config, "--set", "data.source.image_folder.unreadable=error", "--output",
        folder + "/other", "--progress", "none")
      #expect(error.status != 0)
      #expect(error.error.contains("left/broken.pgm: the image is cut off"), "\(error.error)")
      #expect(error.error.contains("sides.yaml:2"), "\(error.error)")
    }
  }
}
