import EspalierHost
import EspalierProtocols

/// `version`
struct VersionCommand: Command {
  static let name = "version"
  static let summary = "tells the version"
  static let examples = ["version --json"]

  @Flag("prints version and system as JSON") var json

  func run(_ context: Context) throws -> ExitStatus {
    guard json else {
      let program = context.program.name
      context.print(
        program == Self.framework
          ? "\(program) \(espalierVersion)\n"
          : "\(program) (\(Self.framework) \(espalierVersion))\n")
      return .done
    }
    context.print(
      JSON.page(
        .table([
          .init("version", .text(espalierVersion)), .init("program", .text(context.program.name)),
          .init("system", .text(Self.system)), .init("architecture", .text(Self.architecture)),
        ])))
    return .done
  }

  private static let framework = "espalier"

  private static var system: String {
    #if os(macOS)
      "macos"
    #elseif os(Linux)
      "linux"
    #else
      "other"
    #endif
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "other"
    #endif
  }
}
