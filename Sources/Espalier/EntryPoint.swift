import EspalierCommandLine
import EspalierHost
import EspalierProtocols

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program with the complete command line of Espalier, its own plugins among the built-in ones.
///
/// ```swift
/// import Espalier
///
/// await Espalier.main(adding: [acme])
/// ```
/// - Parameters:
///   - bundles: the program's plugins.
///   - arguments: the words behind the program's name; those of the process unless given.
@MainActor
public func main(adding bundles: [PluginBundle] = [], arguments: [String]? = nil) async -> Never {
  let path = CommandLine.arguments.first ?? "espalier"
  let tool = CommandLineTool(
    name: path.split(separator: "/").last.map(String.init) ?? path, bundles: bundles,
    catalog: { try defaultCatalog(adding: bundles) }, defaults: { .standard })
  exit(tool.run(arguments ?? Array(CommandLine.arguments.dropFirst()), console: .process()))
}
