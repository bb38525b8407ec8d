import Foundation
import Testing

@testable import EspalierPackages

@Suite struct CacheTests {
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "espalier-cache-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func write(_ text: String, _ path: String) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  // MARK: Where it is

  @Test func places() throws {
    func folder(_ environment: [String: String]) throws -> String {
      try BuildCache(environment: environment).folder
    }
    let all = ["ESPALIER_CACHE": "/c/", "XDG_CACHE_HOME": "/x", "HOME": "/h"]
    #expect(try folder(all) == "/c")
    #expect(try folder(["XDG_CACHE_HOME": "/x", "HOME": "/h"]) == "/x/espalier")
    #expect(try folder(["ESPALIER_CACHE": "", "HOME": "/h"]).hasPrefix("/h/"))
    #expect(throws: PackageProblem.self) { try folder([:]) }
  }

  // MARK: What it keeps

  @Test func programs() throws {
    try inFolder { folder in
      let cache = try BuildCache(environment: ["ESPALIER_CACHE": folder + "/cache"])
      #expect(cache.program("k") == nil)
      let program = folder + "/program"
      try write("#!/bin/sh\n", program)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
      let kept = try cache.keep(program: program, "k")
      #expect(cache.program("k") == kept)
      // Cut short, it is no program any more.
      try write("#!", kept)
      #expect(cache.program("k") == nil)
      _ = try cache.keep(program: program, "k")
      #expect(cache.program("k") == kept)
      cache.remove(program: "k")
      #expect(cache.program("k") == nil)
    }
  }

  @Test func theOldestProgramsGo() throws {
    try inFolder { folder in
      let cache = try BuildCache(environment: ["ESPALIER_CACHE": folder + "/cache"])
      let program = folder + "/program"
      try write("#!/bin/sh\n", program)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
      for index in 0..<BuildCache.mostPrograms {
        let path = try cache.keep(program: program, "k\(index)")
        let date = Date(timeIntervalSinceNow: Double(index - 1000))
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
      }
      // Looking one up counts as using it.
      #expect(cache.program("k0") != nil)
      _ = try cache.keep(program: program, "new")
      #expect(cache.program("k1") == nil)
      #expect(cache.program("k0") != nil && cache.program("k2") != nil)
    }
  }

  @Test func oneAtATime() throws {
    try inFolder { folder in
      let cache = try BuildCache(environment: ["ESPALIER_CACHE": folder])
      let order = Order()
      let inside = DispatchSemaphore(value: 0)
      let other = Thread {
        inside.wait()
        try? cache.locked("a", waiting: { order.add("waits") }) { order.add("second") }
        inside.signal()
      }
      other.start()
      try cache.locked("a", waiting: { order.add("never") }) {
        inside.signal()
        while !order.all.contains("waits") { usleep(1000) }
        order.add("first")
      }
      inside.wait()
      #expect(order.all == ["waits", "first", "second"])
    }
  }

  private final class Order: @unchecked Sendable {
    private let lock = NSLock()
    private var names: [String] = []
    func add(_ name: String) { lock.withLock { names.append(name) } }
    var all: [String] { lock.withLock { names } }
  }

  // MARK: Contents

  @Test func digestsTellContents() throws {
    try inFolder { folder in
      func digest() -> String {
        var digest = ContentDigest()
        digest.add(folder, as: "")
        return digest.finish()
      }
      try write("let package = 1", folder + "/Package.swift")
      try write("a", folder + "/Sources/A/a.swift")
      let first = digest()
      for ignored in [".build/x", ".git/x", "Tests/ATests/a.swift", "Sources/A/.DS_Store"] {
        try write("x", folder + "/" + ignored)
      }
      #expect(digest() == first)
      try write("b", folder + "/Sources/A/a.swift")
      let second = digest()
      #expect(second != first)
      try write("a", folder + "/Sources/A/a.swift")
      #expect(digest() == first)
      // The same bytes under another name, or cut otherwise into files.
      try FileManager.default.moveItem(
        atPath: folder + "/Sources/A/a.swift", toPath: folder + "/Sources/A/b.swift")
      #expect(digest() != first && digest() != second)
      try write("", folder + "/Sources/A/a.swift")
      #expect(digest() != first)
      // A folder that leads to itself has an end.
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/Sources/A/loop", withDestinationPath: "..")
      _ = digest()
    }
  }

  // MARK: Lists

  @Test func lists() throws {
    try inFolder { folder in
      let path = folder + "/plugins.yaml"
      try write("# mine\nplugins:\n  - ./Acme  # a folder\n  - https://h/o@1.2.0\n", path)
      let found = try PackageList.read(path, home: nil)
      #expect(found.map(\.location) == [folder + "/Acme", "https://h/o"])
      for (text, part) in [
        ("[a]", "needs the key `plugins`"), ("plugins: a", "takes a list"),
        ("plugins: []", "takes a list"), ("plugin: [a]", "`plugin` is no key"),
        ("plugins: [[a]]", ":1:11: a package is named"), ("plugins: [a", "plugins.yaml"),
        ("plugins: [\"https://h/a@^1\"]", ":1:11: "),
      ] {
        try write(text, path)
        let problem = try #require(throws: PackageProblem.self) {
          try PackageList.read(path, home: nil)
        }
        #expect(problem.description.contains(part), "\(text): \(problem)")
      }
      #expect(throws: PackageProblem.self) { try PackageList.read(folder + "/no", home: nil) }
    }
  }
}
