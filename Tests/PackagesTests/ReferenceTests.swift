import EspalierPackages
import Foundation
import Testing

@Suite struct ReferenceTests {
  private func read(_ text: String) throws(PackageProblem) -> PackageReference {
    try PackageReference(text, relativeTo: "/work/configs", home: "/home/me")
  }

  @Test(arguments: [
    ("./Acme", "/work/configs/Acme"), ("../Acme", "/work/Acme"), ("Acme/", "/work/configs/Acme"),
    ("/opt/Acme", "/opt/Acme"), ("~/Acme", "/home/me/Acme"), ("~", "/home/me"),
    ("a@b", "/work/configs/a@b"),
  ]) func folders(_ text: String, _ path: String) throws {
    let reference = try read(text)
    #expect(reference.place == .folder(path))
    #expect(reference.version == nil)
    #expect(reference.location == path)
    try reference.checkIsReproducible()
  }

  @Test(arguments: [
    ("https://host/team/acme.git", "https://host/team/acme.git", nil, "acme"),
    ("https://host/team/acme@1.2.0", "https://host/team/acme", "1.2.0", "acme"),
    ("https://host/acme@v1.2.0", "https://host/acme", "1.2.0", "acme"),
    ("https://me@host/acme", "https://me@host/acme", nil, "acme"),
    ("ssh://git@host/acme.git@feature/x", "ssh://git@host/acme.git", "feature/x", "acme"),
    ("git@host:team/acme.git", "git@host:team/acme.git", nil, "acme"),
    ("git@host:acme.git@2.0.0-rc.1", "git@host:acme.git", "2.0.0-rc.1", "acme"),
    ("file:///srv/acme@0123abc", "file:///srv/acme", "0123abc", "acme"),
  ]) func addresses(_ text: String, _ address: String, _ version: String?, _ name: String) throws {
    let reference = try read(text)
    #expect(reference.place == .repository(address))
    #expect(reference.identity == name)
    switch reference.version {
    case .exact(let found): #expect("\(found)" == version)
    case .revision(let found), .named(let found): #expect(found == version)
    case nil: #expect(version == nil)
    }
  }

  @Test func sortsOfVersions() throws {
    #expect(try read("https://h/a@1.2.0").version == .exact(#require(SemanticVersion("1.2.0"))))
    #expect(try read("https://h/a@0123abc").version == .revision("0123abc"))
    #expect(try read("https://h/a@main").version == .named("main"))
    // Too short for a commit.
    #expect(try read("https://h/a@abc").version == .named("abc"))
  }

  @Test(arguments: [
    ("", "empty"), ("https://host/acme@", "a version is missing"),
    ("https://host/acme@^1.2", "is a range of versions"), ("https://", "is no address"),
    ("https://host/", "is no address"), ("ext::sh://x", "`ext::sh` is no way"),
    ("ftp://host/acme", "`ftp` is no way"),
  ]) func mistakes(_ text: String, _ part: String) throws {
    let problem = try #require(throws: PackageProblem.self) { try read(text) }
    #expect(problem.description.contains(part), "\(problem)")
    #expect(problem.remedy != nil)
    #expect(problem.reference == text)
  }

  @Test func foldersHaveNoVersion() throws {
    let folder = NSTemporaryDirectory()
    let problem = try #require(throws: PackageProblem.self) {
      try PackageReference(folder + "@1.0.0", relativeTo: "/", home: nil)
    }
    #expect(problem.message.contains("is a folder, which has no version"))
    let home = try #require(throws: PackageProblem.self) {
      try PackageReference("~/a", relativeTo: "/", home: nil)
    }
    #expect(home.message.contains("HOME is not set"))
  }

  @Test(arguments: ["https://h/a", "https://h/a@main", "git@h:a"])
  func configsNeedVersions(_ text: String) throws {
    let problem = try #require(throws: PackageProblem.self) {
      try read(text).checkIsReproducible()
    }
    #expect(problem.message.contains("could not be repeated"))
    #expect(problem.remedy?.contains("@1.2.0") == true)
  }

  @Test func versions() throws {
    let order = ["0.9.0", "1.0.0-alpha", "1.0.0-alpha.2", "1.0.0-alpha.10", "1.0.0-beta", "1.0.0"]
    let versions = try order.map { try #require(SemanticVersion($0)) }
    #expect(versions.shuffled().sorted() == versions)
    #expect(SemanticVersion("v1.2.3+build") == SemanticVersion("1.2.3"))
    for text in ["1.2", "1.2.x", "", "1..2", "1.2.3.4", "-1.2.3", "1.2.3-"] {
      #expect(SemanticVersion(text) == nil, "\(text)")
    }
  }
}
