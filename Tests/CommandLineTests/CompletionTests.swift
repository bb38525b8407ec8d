import Espalier
import Foundation
import Testing

@testable import EspalierCommandLine

@Suite struct CompletionTests {
  private func offer(_ words: String...) -> Completer.Offer { offer(to: words) }

  private func offer(to words: [String]) -> Completer.Offer {
    let completer = Completer(root: Commands.root) {
      ((try? defaultCatalog())?.entries ?? []).map { ($0.name, $0.kind.name) }
    }
    return completer.offer(words)
  }

  private func words(_ offer: Completer.Offer) -> [String] { offer.candidates.map(\.word) }

  @Test func commands() {
    #expect(words(offer("")).count == Commands.root.members.count)
    #expect(words(offer("pl")) == ["plan", "plugins"])
    #expect(words(offer("plugins", "")) == ["list", "show", "reference"])
    #expect(words(offer("nonsense", "")) == [])
    #expect(words(offer("help", "plugins", "s")) == ["show"])
  }

  @Test func options() {
    #expect(words(offer("train", "--p")) == ["--progress"])
    #expect(words(offer("train", "--")).contains("--help"))
    // What was given is not offered again, unless it may be repeated.
    let left = words(offer("train", "--force", "--set", "a=b", "--epochs=3", "--"))
    #expect(!left.contains("--force"))
    #expect(!left.contains("--epochs"))
    #expect(left.contains("--set"))
    #expect(words(offer("train", "--", "--")) == [])
  }

  @Test func values() {
    #expect(words(offer("train", "--progress", "")) == ["auto", "bar", "plain", "json", "none"])
    #expect(words(offer("train", "--progress=p")) == ["--progress=plain"])
    #expect(words(offer("train", "x.yaml", "--epochs", "")) == [])
    #expect(words(offer("plugins", "list", "opt")) == ["optimizers"])
    #expect(words(offer("plugins", "show", "leaky")) == ["leaky_relu"])
    #expect(words(offer("plugins", "show", "adam", "--kind", "opt")) == ["optimizer"])
    #expect(words(offer("explain", "E0112")) == ["E0112"])
    #expect(words(offer("completions", "")) == ["bash", "zsh", "fish"])
  }

  @Test func files() {
    #expect(offer("train", "").files == .files(["yaml", "yml", "json"]))
    #expect(offer("train", "--output", "").files == .folders)
    #expect(offer("train", "--output=r").files == .folders)
    #expect(offer("predict", "runs/a", "--input", "").files == .files([]))
    #expect(offer("predict", "").files == .folders)
    #expect(offer("predict", "runs/a", "") == Completer.Offer())
  }

  @Test func answersToShells() {
    #expect(
      espalier("__complete", "config", "ch").output
        == "check\ttells what is wrong with a config\n:none\n")
    #expect(espalier("__complete", "train", "").output == ":files yaml yml json\n")
    #expect(espalier("__complete", "train", "--output", "r").output == ":folders\n")
    #expect(espalier("__complete", "predict", "r", "--input", "").output == ":files\n")
    #expect(espalier("__complete").status == 0)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func scripts(_ shell: String) {
    let text = espalier("completions", shell).output
    #expect(text.contains("_espalier"))
    #expect(!text.contains("PROGRAM"))
    #expect(!text.contains("FUNCTION"))
  }

  @Test func functionsOfOtherPrograms() {
    #expect(CompletionScripts.text(.bash, program: "my-tool.v2").contains("_my_tool_v2() {"))
  }

  // MARK: In a real bash

  private static let bash = "/bin/bash"

  /// What bash would offer behind a line that the user typed.
  ///
  /// A function stands in for the program: it answers for the words that the line should become.
  private func inBash(_ line: String, asks expected: [String]) throws -> [String] {
    let answer = offer(to: expected).lines
    var split = line.split(separator: " ").flatMap { word -> [String] in
      guard let equals = word.firstIndex(of: "=") else { return [String(word)] }
      // As bash takes words apart.
      return [String(word[..<equals]), "=", String(word[word.index(after: equals)...])]
        .filter { !$0.isEmpty }
    }
    if line.hasSuffix(" ") || line.hasSuffix("=") { split.append("") }
    func quoted(_ word: String) -> String { TrainingReport.quoted(word) }
    let script = """
      espalier() {
        if [[ "$*" == \(quoted((["__complete"] + expected).joined(separator: " "))) ]]; then
          printf %s \(quoted(answer))
        else
          printf 'asked for: %s\\n' "$*"
        fi
      }
      \(CompletionScripts.text(.bash, program: "espalier"))
      COMP_WORDS=(\(split.map(quoted).joined(separator: " ")))
      COMP_CWORD=\(split.count - 1)
      _espalier
      for word in "${COMPREPLY[@]}"; do printf '%s\\n' "$word"; done
      """
    return try run(script)
  }

  private func run(_ script: String, in folder: String? = nil) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.bash)
    process.arguments = ["--norc", "--noprofile", "-c", script]
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: bash)))
  func bashCompletes() throws {
    #expect(try inBash("espalier pl", asks: ["pl"]) == ["plan", "plugins"])
    #expect(
      try inBash("espalier plugins ", asks: ["plugins", ""]) == ["list", "show", "reference"])
    #expect(try inBash("espalier train --pro", asks: ["train", "--pro"]) == ["--progress"])
    #expect(
      try inBash("espalier train a --progress ", asks: ["train", "a", "--progress", ""])
        == ["auto", "bar", "plain", "json", "none"])
    // bash keeps what stands before the sign.
    #expect(
      try inBash("espalier train --progress=p", asks: ["train", "--progress=p"]) == ["plain"])
    #expect(
      try inBash("espalier train --progress=", asks: ["train", "--progress="])
        == ["auto", "bar", "plain", "json", "none"])
    #expect(
      try inBash("espalier train --epochs=3 --f", asks: ["train", "--epochs=3", "--f"])
        == ["--force"])
    #expect(
      try inBash(
        "espalier evaluate runs/a --split t", asks: ["evaluate", "runs/a", "--split", "t"])
        == ["test", "train"])
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: bash)))
  func bashCompletesFiles() throws {
    try inTemporaryFolder { folder in
      for name in ["a b.yaml", "c.yml", "d.csv"] { try write("", to: folder + "/" + name) }
      try FileManager.default.createDirectory(
        atPath: folder + "/runs", withIntermediateDirectories: true)
      func complete(_ directive: String, _ words: String) throws -> [String] {
        try run(
          """
          espalier() { echo '\(directive)'; }
          \(CompletionScripts.text(.bash, program: "espalier"))
          COMP_WORDS=(espalier \(words))
          COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
          _espalier
          printf '%s\\n' "${COMPREPLY[@]}"
          """, in: folder
        ).sorted()
      }
      #expect(try complete(":files yaml yml", "train ''") == ["a b.yaml", "c.yml", "runs"])
      #expect(try complete(":files", "predict r --input d") == ["d.csv"])
      #expect(try complete(":folders", "train --output ''") == ["runs"])
      #expect(try complete(":folders", "train --output = r") == ["runs"])
    }
  }
}
