import EspalierPackages
import EspalierProtocols
import Foundation

/// `build --with REF`
struct BuildCommand: Command {
  static let name = "build"
  static let summary = "makes a program that has the plugins of some packages"
  static let otherNames = ["compile", "make"]
  static let details = """
    A package is a folder, or the address of a git repository with perhaps a version, a commit or a
    branch behind `@`; without one it is the highest version. Its library depends on Espalier, and
    its module declares `public let plugins = PluginBundle("acme") { … }`.

    A package is written that depends on all of them, and built with the Swift toolchain; --keep
    leaves it for reading. What was built once is kept in ~/.cache/espalier (ESPALIER_CACHE names
    another folder). A config that names its packages under `plugins:` needs no such program.
    """
  static let examples = [
    "build --with ./AcmePlugins",
    "build --with ./AcmePlugins --with https://example.com/other.git@1.2.0 --output acme",
    "build --manifest plugins.yaml --keep Program",
  ]

  @Option("a package of plugins: its folder or address", as: "REF[@VERSION]", completes: .folders)
  var with: [String]
  @Option(
    "a file with `plugins:` and a list of packages", as: "FILE", completes: .files(["yaml", "yml"]))
  var manifest: String?
  @Option("the program", as: "FILE", completes: .files([])) var output: String = "./espalier"
  @Option("where the package that is written is left", as: "DIR", completes: .folders)
  var keep: String?
  @Option(
    "a folder with Espalier to build with, in place of what the packages name", as: "DIR",
    completes: .folders) var espalier: String?
  @Flag("replaces a file that this command did not make") var force

  func run(_ context: Context) throws -> ExitStatus {
    let environment = context.console.environment
    let references = try references(home: environment["HOME"])
    do throws(PackageProblem) {
      let builder = ProgramBuilder(try PackageReader(environment: environment))
      let target = ProgramFile(output, builder)
      try target.checkMayBeWritten(force: force)
      var packages: [PluginPackage] = []
      for reference in references { packages.append(try builder.reader.package(reference)) }
      let names = packages.map(\.title).joined(separator: ", ")
      let program = try builder.program(with: packages, espalier: espalier, keeping: keep) {
        switch $0 {
        case .waiting: context.note("waiting for another build to end")
        case .building(let isFirst):
          context.note(
            "building espalier with \(names)"
              + (isFirst ? "; the first time this takes a minute or more" : ""))
        case .built(let seconds): context.note("built in \(Columns.brief(seconds)) s")
        }
      }
      try target.write(program)
      context.print("\(output) is espalier with \(names)\n")
      return .done
    } catch {
      if let text = error.compilerText { context.note(text) }
      throw CommandFailure(error.description)
    }
  }

  private func references(home: String?) throws -> [PackageReference] {
    do throws(PackageProblem) {
      var result: [PackageReference] = []
      if let manifest { result += try PackageList.read(manifest, home: home) }
      for text in with {
        result.append(try PackageReference(text, relativeTo: ".", home: home))
      }
      guard !result.isEmpty else {
        throw PackageProblem(
          "there is nothing to build with", remedy: "name a package: --with ./AcmePlugins")
      }
      return result
    } catch { throw UsageError(error.description) }
  }
}
