import EspalierPackages
import EspalierProtocols

/// `new project NAME`
struct NewProjectCommand: Command {
  static let name = "project"
  static let summary = "writes a program of your own: plugins, tests, a config that trains"
  static let details = """
    The folder NAME becomes a Swift package: a module of plugins with one in it, a program with this
    whole command line and these plugins, a test, a page and a config.
    """
  static let examples = [
    "new project acme", "new project acme --espalier https://host/team/Espalier.git@1.0.0",
  ]
  static let otherNames = ["package", "init"]

  @Operand("what the folder, the package and its program are called", as: "NAME") var project:
    String
  @Option("where the package takes Espalier from: a checkout, or ADDRESS@VERSION", as: "PLACE")
  var espalier: String?

  func run(_ context: Context) throws -> ExitStatus {
    do throws(PackageProblem) {
      let package = try NewPackage.project(
        project, espalier: .named(espalier, environment: context.console.environment))
      try package.write(in: ".")
      for file in package.files { context.print("\(package.name)/\(file.path)\n") }
      context.note(
        """
        go on with:
          cd \(package.name)
          swift run -c release \(package.name) train \(package.name).yaml
          swift test -c release
        """)
    } catch {
      throw CommandFailure("\(error)")
    }
    return .done
  }
}
