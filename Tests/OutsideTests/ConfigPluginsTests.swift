import EspalierCheckout
import Foundation
import Testing

extension Outside {
  /// `plugins:` in a config.
  @Suite(
    .enabled(if: Checkout.program != nil, "the program `espalier` is not beside the tests"))
  struct ConfigPluginsTests {
    @Test func builtOnceAndWhenAFileChanges() throws {
      let espalier = try BuildingProgram("config")
      defer { espalier.remove() }
      try espalier.writePackage("AcmePlugins", module: "Acme")
      // Named by an included file in another folder, whose paths are its own.
      try espalier.write("plugins: ../AcmePlugins\n", to: "shared/base.yaml")
      let config = BuildingProgram.config(plugins: "[]", activation: "cube")
        .split(separator: "\n").dropFirst().joined(separator: "\n")
      try espalier.write("include: shared/base.yaml\n" + config, to: "run.yaml")

      let first = try espalier.run("train", "run.yaml", "--output", "run", "--progress", "none")
      #expect(first.status == 0, "\(first.error)")
      #expect(first.error.hasPrefix("building espalier with AcmePlugins"))
      #expect(first.error.split(separator: "\n").count == 1)
      #expect(espalier.toolchainCalls().filter { $0 == "build" }.count == 1)

      // The run's folder names the package by its full path.
      let kept = try String(contentsOfFile: espalier.folder + "/run/config.yaml", encoding: .utf8)
      #expect(kept.contains("plugins: [\(espalier.folder)/AcmePlugins]"), "\(kept.prefix(200))")
      let evaluated = try espalier.run("evaluate", "run")
      #expect(evaluated.status == 0, "\(evaluated.error)")
      let predicted = try espalier.run("predict", "run", "--input", "-", input: "0,0\n1,1\n")
      #expect(predicted.status == 0, "\(predicted.error)")
      #expect(predicted.output.split(separator: "\n").count == 3, "\(predicted.output)")

      let start = ContinuousClock.now
      let again = try espalier.run("config", "check", "run.yaml")
      #expect(ContinuousClock.now - start < .seconds(1))
      #expect(again.status == 0 && again.error == "", "\(again.error)")
      // As standard input the text must reach the program that takes over.
      let piped = try espalier.run(
        "train", "-", "--output", "piped", "--progress", "none",
        input: BuildingProgram.config(plugins: "[./AcmePlugins]", activation: "cube"))
      #expect(piped.status == 0, "\(piped.error)")
      #expect(espalier.toolchainCalls() == [])

      try espalier.writePackage("AcmePlugins", module: "Acme", plugin: "cubed")
      let changed = try espalier.run("config", "check", "run.yaml")
      #expect(changed.status == 2)
      #expect(changed.error.hasPrefix("building espalier with AcmePlugins"))
      #expect(changed.error.contains("did you mean `cubed`?"), "\(changed.error)")
      #expect(espalier.toolchainCalls().contains("build"))
    }

    @Test func aBrokenProgramIsBuiltAgain() throws {
      let espalier = try BuildingProgram("damage")
      defer { espalier.remove() }
      try espalier.writePackage("AcmePlugins", module: "Acme")
      try espalier.write(
        BuildingProgram.config(plugins: "[AcmePlugins]", activation: "cube"), to: "run.yaml")
      let programs = Outside.cache + "/programs"
      let before = Set((try? FileManager.default.contentsOfDirectory(atPath: programs)) ?? [])
      #expect(try espalier.run("config", "check", "run.yaml").status == 0)
      let after = try FileManager.default.contentsOfDirectory(atPath: programs)
      let key = try #require(after.first { !before.contains($0) && !$0.contains(".") })
      let path = programs + "/" + key
      let size = try #require(FileManager.default.contents(atPath: path)).count
      // Cut short, and then of the right length but no program.
      for damage in [Data("no program".utf8), Data(count: size)] {
        try damage.write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        _ = espalier.toolchainCalls()
        let outcome = try espalier.run("config", "check", "run.yaml")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(espalier.toolchainCalls().contains("build"))
      }
      try FileManager.default.removeItem(atPath: Outside.cache + "/packages")
      try FileManager.default.removeItem(atPath: Outside.cache + "/manifests")
      #expect(try espalier.run("config", "check", "run.yaml").status == 0)
    }

    @Test func twoAtOnce() throws {
      let espalier = try BuildingProgram("race")
      defer { espalier.remove() }
      try espalier.writePackage("AcmePlugins", module: "Acme")
      try espalier.write(
        BuildingProgram.config(plugins: "[AcmePlugins]", activation: "cube"), to: "run.yaml")
      let outcome = try espalier.run(
        "-c",
        """
        "$0" config check run.yaml & first=$!
        "$0" config check run.yaml & second=$!
        wait $first && wait $second
        """, try #require(Checkout.program), program: "/bin/sh")
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(espalier.toolchainCalls().filter { $0 == "build" }.count == 1)
    }

    @Test func mistakesHaveTheConfigsPlace() throws {
      let espalier = try BuildingProgram("mistakes")
      defer { espalier.remove() }
      try espalier.writePackage("AcmePlugins", module: "Acme")
      for (plugins, code, part) in [
        ("[./Nowhere]", "E0302", "the folder does not exist"),
        ("[\"https://host/acme.git\"]", "E0301", "names no version"),
        ("[\"https://host/acme.git@main\"]", "E0301", "a branch moves on"),
        ("[\"https://host/acme.git@^1.2\"]", "E0301", "is a range"),
        ("{a: b}", "E0120", "`plugins` takes a list"),
      ] {
        try espalier.write(
          BuildingProgram.config(plugins: plugins, activation: "relu"), to: "run.yaml")
        let outcome = try espalier.run("config", "check", "run.yaml")
        #expect(outcome.status == 2)
        #expect(outcome.error.contains("error[\(code)]"), "\(outcome.error)")
        #expect(outcome.error.contains(part), "\(outcome.error)")
        #expect(outcome.error.contains("--> run.yaml:1:1"), "\(outcome.error)")
      }
      let json = try espalier.run("config", "check", "run.yaml", "--format", "json")
      #expect(json.status == 2 && json.output.contains("\"code\": \"E0120\""))
      try espalier.write(
        BuildingProgram.config(plugins: "[./Nowhere]", activation: "relu"), to: "run.yaml")
      let other = try espalier.run("config", "check", "run.yaml", "--format", "json")
      #expect(other.output.contains("\"code\": \"E0302\""), "\(other.output)")
      let set = try espalier.run(
        "config", "check", Outside.root + "/Examples/spirals.yaml", "--set",
        "plugins=[./AcmePlugins]")
      #expect(set.status == 2 && set.error.contains("error[E0164]"))
      #expect(!espalier.toolchainCalls().contains("build"))
    }
  }
}
