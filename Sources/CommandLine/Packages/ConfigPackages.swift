import EspalierHost
import EspalierPackages
import EspalierProtocols
import Foundation

/// The packages that a config names under `plugins:`, and whether a program has them.
package struct ConfigPackages {
  /// A package that is named, and what that means.
  struct Need {
    let named: NamedPackage
    let reference: PackageReference
  }

  let needs: [Need]
  private let bundles: [PluginBundle]
  private let environment: [String: String]

  /// - Parameters:
  ///   - named: what the config names.
  ///   - bundles: what the program has beside the built-in plugins.
  /// - Throws: ``ConfigurationProblems`` with all that are named in a wrong way.
  init(
    _ named: [NamedPackage], bundles: [PluginBundle], environment: [String: String]
  ) throws(ConfigurationProblems) {
    self.bundles = bundles
    self.environment = environment
    var problems: [Diagnostic] = []
    var needs: [Need] = []
    for package in named {
      do throws(PackageProblem) {
        let reference = try PackageReference(
          package.reference, relativeTo: package.folder, home: environment["HOME"])
        try reference.checkIsReproducible()
        needs.append(Need(named: package, reference: reference))
      } catch {
        problems.append(package.diagnostic(.packageForm, error.message, label: error.remedy))
      }
    }
    self.needs = needs
    guard problems.isEmpty else { throw ConfigurationProblems(problems) }
  }

  /// Refuses a config that names a package which a program lacks, as a program does that cannot build
  /// another in its place.
  package static func check(
    config path: String, catalog: Catalog, bundles: [PluginBundle], environment: [String: String]
  ) throws(ConfigurationProblems) {
    let loader = ConfigurationLoader(catalog: catalog, environment: environment)
    let packages = try ConfigPackages(
      loader.packages(path), bundles: bundles, environment: environment)
    try packages.refuse(try packages.lacking())
  }

  // MARK: What the program has

  /// The packages that the program does not have as they are now.
  func lacking() throws(ConfigurationProblems) -> [Need] {
    guard !bundles.isEmpty, !needs.isEmpty else { return needs }
    var result: [Need] = []
    for need in needs where try !has(need) { result.append(need) }
    return result
  }

  private func has(_ need: Need) throws(ConfigurationProblems) -> Bool {
    let built = bundles.compactMap(\.origin)
    let own = Set(bundles.filter { $0.origin?.digest == nil }.map(\.module))
    // On another computer the sources may be missing that the program was built from.
    if case .folder(let folder) = need.reference.place,
      !FileManager.default.fileExists(atPath: folder),
      built.contains(where: { $0.location == folder })
    {
      return true
    }
    do throws(PackageProblem) {
      let reader = try PackageReader(environment: environment)
      let digest = try reader.digest(need.reference)
      if built.contains(where: { $0.digest == digest }) { return true }
      return own.isEmpty ? false : own.isSuperset(of: try reader.package(need.reference).modules)
    } catch {
      // Without the package or a toolchain nobody can tell; names that are missing show by themselves.
      if !own.isEmpty { return true }
      throw problems(error)
    }
  }

  /// Whether a program with the named packages has all that this one has.
  var canReplaceProgram: Bool {
    bundles.allSatisfy { bundle in
      guard let origin = bundle.origin, origin.digest != nil else { return false }
      return needs.contains { $0.reference.location == origin.location }
    }
  }

  // MARK: Problems

  func refuse(_ lacking: [Need]) throws(ConfigurationProblems) {
    guard !lacking.isEmpty else { return }
    throw ConfigurationProblems(
      lacking.map { need in
        let isOld = bundles.contains { $0.origin?.location == need.reference.location }
        return need.named.diagnostic(
          .packageNotInProgram,
          isOld
            ? "the package `\(need.reference.text)` is not what this program was built with"
            : "this program does not have the package `\(need.reference.text)`",
          label: isOld
            ? "build the program again, or run the config with `espalier`"
            : "add the package to the program, or run the config with `espalier`")
      })
  }

  /// A problem with one of the packages, with its place in the config.
  func problems(_ problem: PackageProblem) -> ConfigurationProblems {
    let need = needs.first { $0.reference.text == problem.reference } ?? needs[0]
    let code: DiagnosticCode =
      problem.compilerText == nil ? .packageUnusable : .packageDoesNotBuild
    return ConfigurationProblems([
      need.named.diagnostic(code, problem.message, label: problem.remedy)
    ])
  }
}
