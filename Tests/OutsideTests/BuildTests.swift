import EspalierCheckout
import EspalierPackages
import Foundation
import Testing

extension Outside {
  /// `espalier build`, as its user runs it.
  @Suite(
    .enabled(if: Checkout.program != nil, "the program `espalier` is not beside the tests"))
  struct BuildTests {
    private func withProgram(_ name: String, _ body: (BuildingProgram) throws -> Void) throws {
      let program = try BuildingProgram(name)
      defer { program.remove() }
      try body(program)
    }

    @Test func twoPackagesOneFromGit() throws {
      try withProgram("build") { espalier in
        try espalier.writePackage("AcmePlugins", module: "Acme")
        try espalier.writePackage("OtherPlugins", module: "Other", plugin: "square", body: "x * x")
        try espalier.git("init", "--quiet", in: "OtherPlugins")
        try espalier.git("add", ".", in: "OtherPlugins")
        try espalier.git("commit", "--quiet", "-m", "one", in: "OtherPlugins")
        try espalier.git("tag", "1.2.0", in: "OtherPlugins")
        try espalier.git("tag", "1.1.0", in: "OtherPlugins")
        try espalier.write(
          "plugins:\n  - ./AcmePlugins  # ours\n  - file://\(espalier.folder)/OtherPlugins\n",
          to: "plugins.yaml")

        let built = try espalier.run(
          "build", "--manifest", "plugins.yaml", "--output", "both", "--keep", "Kept")
        #expect(built.status == 0, "\(built.error)")
        #expect(built.output == "both is espalier with AcmePlugins, OtherPlugins 1.2.0\n")
        #expect(built.error.contains("built in "))
        let kept = try String(
          contentsOfFile: espalier.folder + "/Kept/Package.swift", encoding: .utf8)
        #expect(kept.contains("// 1.2.0 of file://\(espalier.folder)/OtherPlugins"))

        let both = espalier.folder + "/both"
        let list = try espalier.run("plugins", "list", "activations", program: both)
        #expect(list.output.contains("cube") && list.output.contains("square"))
        for mark in ["AcmePlugins", "OtherPlugins 1.2.0"] {
          #expect(list.output.contains(mark), "\(list.output)")
        }
        // It has what a config names, and builds nothing.
        _ = espalier.toolchainCalls()
        let plugins = "[./AcmePlugins, \"file://\(espalier.folder)/OtherPlugins@1.2.0\"]"
        try espalier.write(
          BuildingProgram.config(plugins: plugins, activation: "acme/cube"), to: "run.yaml")
        let check = try espalier.run("config", "check", "run.yaml", program: both)
        #expect(check.status == 0, "\(check.error)")
        #expect(espalier.toolchainCalls() == [])
        // With packages of its own it does not make room for another program.
        try espalier.writePackage("ThirdPlugins", module: "Third", plugin: "third")
        try espalier.write(
          BuildingProgram.config(plugins: "./ThirdPlugins", activation: "third"), to: "third.yaml")
        let third = try espalier.run("config", "check", "third.yaml", program: both)
        #expect(third.status == 2)
        #expect(third.error.contains("error[E0304]") && third.error.contains("third.yaml:1:10"))
      }
    }

    @Test func filesOfOthersStay() throws {
      try withProgram("force") { espalier in
        try espalier.writePackage("AcmePlugins", module: "Acme")
        try espalier.write("mine", to: "espalier")
        let refused = try espalier.run("build", "--with", "AcmePlugins")
        #expect(refused.status == 1)
        #expect(refused.error.contains("was not made by this command"), "\(refused.error)")
        #expect(espalier.toolchainCalls() == [])
        let forced = try espalier.run("build", "--with", "AcmePlugins", "--force")
        #expect(forced.status == 0, "\(forced.error)")
        // What it made itself it may replace.
        let again = try espalier.run("build", "--with", "AcmePlugins")
        #expect(again.status == 0 && again.error == "", "\(again.error)")
      }
    }

    @Test func theCompilersErrorComesFirst() throws {
      try withProgram("broken") { espalier in
        try espalier.writePackage("AcmePlugins", module: "Acme", body: "y * x")
        let path = espalier.folder + "/AcmePlugins/Sources/Acme/Power.swift"
        let built = try espalier.run("build", "--with", "AcmePlugins")
        #expect(built.status == 1)
        let lines = built.error.split(separator: "\n").map(String.init)
        #expect(lines.first?.hasPrefix("building espalier with AcmePlugins") == true)
        #expect(lines.dropFirst().first == "\(path):7:48: error: cannot find 'y' in scope")
        #expect(lines.last?.hasPrefix("error: the package AcmePlugins (") == true)
        let log = try #require(lines.last?.components(separatedBy: " is in ").last)
        #expect(FileManager.default.fileExists(atPath: log))
        // The same through a config, with its place.
        try espalier.write(
          BuildingProgram.config(plugins: "[AcmePlugins]", activation: "cube"), to: "run.yaml")
        let run = try espalier.run("train", "run.yaml")
        #expect(run.status == 2)
        #expect(run.error.contains("error: cannot find 'y' in scope"))
        #expect(run.error.contains("error[E0303]") && run.error.contains("--> run.yaml:1:11"))
      }
    }

    @Test func modulesWithoutABundle() throws {
      try withProgram("bundle") { espalier in
        for (bundle, part) in [
          ("public let others = PluginBundle(\"a\") { Power.self }", "has no public `plugins`"),
          ("let plugins = PluginBundle(\"a\") { Power.self }", "has no public `plugins`"),
          (
            "public let plugins = PluginBundle(\"a\") { Power.self }\npublic struct Acme {}",
            "declares a type of its own name"
          ),
        ] {
          try espalier.writePackage("AcmePlugins", module: "Acme", bundle: bundle)
          let built = try espalier.run("build", "--with", "AcmePlugins")
          #expect(built.status == 1)
          #expect(built.error.contains(part), "\(built.error)")
        }
      }
    }

    @Test func packagesThatAreNone() throws {
      try withProgram("none") { espalier in
        try espalier.write("", to: "Empty/readme")
        try espalier.write(
          """
          // swift-tools-version: 6.1
          import PackageDescription
          let package = Package(
            name: "Plain", products: [.library(name: "Plain", targets: ["Plain"])],
            targets: [.target(name: "Plain")])
          """, to: "Plain/Package.swift")
        try espalier.write(
          "// swift-tools-version: 9.1\nimport PackageDescription\n", to: "New/Package.swift")
        try espalier.write(
          "// swift-tools-version: 6.1\nimport PackageDescription\nlet package = 1 +\n",
          to: "Wrong/Package.swift")
        try espalier.writePackage("AcmePlugins", module: "Acme")
        for (reference, part) in [
          ("Nowhere", "the folder does not exist"), ("Empty", "has no Package.swift"),
          ("Plain", "does not depend on Espalier"), ("New", "later toolchain"),
          ("Wrong", "Wrong/Package.swift:"), ("Empty/readme", "is a file"),
          ("file://\(espalier.folder)/Nowhere", "cannot be read: fatal:"),
        ] {
          let built = try espalier.run("build", "--with", reference)
          #expect(built.status == 1, "\(reference)")
          #expect(built.error.contains(part), "\(reference): \(built.error)")
        }
        let twice = try espalier.run("build", "--with", "AcmePlugins", "--with", "./AcmePlugins")
        #expect(twice.status == 1 && twice.error.contains("is named twice"), "\(twice.error)")
        let nothing = try espalier.run("build")
        #expect(nothing.status == 2 && nothing.error.contains("--with ./AcmePlugins"))
      }
    }

    @Test func versionsOfARepository() throws {
      try withProgram("versions") { espalier in
        try espalier.writePackage("AcmePlugins", module: "Acme", body: "y")
        try espalier.git("init", "--quiet", "--initial-branch", "main", in: "AcmePlugins")
        try espalier.git("add", ".", in: "AcmePlugins")
        try espalier.git("commit", "--quiet", "-m", "broken", in: "AcmePlugins")
        let address = "file://\(espalier.folder)/AcmePlugins"
        let none = try espalier.run("build", "--with", address + "@1.0.0")
        #expect(none.error.contains("has no version 1.0.0; it has no versions at all"))
        try espalier.git("tag", "v0.9.0", in: "AcmePlugins")
        let other = try espalier.run("build", "--with", address + "@1.0.0")
        #expect(other.error.contains("has no version 1.0.0; it has 0.9.0"), "\(other.error)")
        let branch = try espalier.run("build", "--with", address + "@next")
        #expect(branch.error.contains("no branch or tag `next`; it has the branches main"))
        // The tag is broken; the branch goes on and is not.
        try espalier.writePackage("AcmePlugins", module: "Acme")
        try espalier.git("commit", "--quiet", "-a", "-m", "mended", in: "AcmePlugins")
        #expect(try espalier.run("build", "--with", address).status == 1)
        let built = try espalier.run("build", "--with", address + "@main")
        #expect(built.status == 0, "\(built.error)")
        #expect(built.output.contains("AcmePlugins main ("))
      }
    }
  }
}
