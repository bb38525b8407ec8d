import EspalierHost
import EspalierPackages
import EspalierProtocols

extension Context {
  /// The plugins that a config can name.
  ///
  /// Where the config names packages that this program lacks, one that has them is built, or found in
  /// the cache, and takes this one's place: then the call does not return.
  func catalog(for config: String) throws -> Catalog {
    let catalog = try program.catalog()
    // Programs that this one starts begin anew.
    ProgramStart.forgetMark()
    if config == "-" { try StandardInput.keep() }
    let loader = ConfigurationLoader(catalog: catalog, environment: console.environment)
    let named = loader.packages(config)
    if config == "-" { StandardInput.rewind() }
    guard !named.isEmpty else { return catalog }
    let packages = try ConfigPackages(
      named, bundles: program.bundles, environment: console.environment)
    let lacking = try packages.lacking()
    guard !lacking.isEmpty else { return catalog }
    guard packages.canReplaceProgram else {
      try packages.refuse(lacking)
      return catalog
    }
    try swap(packages)
  }

  /// The plugins that the config of a run's folder can name.
  func catalog(forRun folder: String) throws -> Catalog {
    try catalog(for: folder + "/config.yaml")
  }

  private func swap(_ packages: ConfigPackages) throws -> Never {
    do throws(PackageProblem) {
      let builder = ProgramBuilder(try PackageReader(environment: console.environment))
      var read: [PluginPackage] = []
      for need in packages.needs { read.append(try builder.reader.package(need.reference)) }
      let names = read.map(\.title).joined(separator: ", ")
      // A second try: what was kept may be broken in a way that shows only when it is started.
      for attempt in 1...2 {
        let built = try builder.program(with: read) { progress in
          switch progress {
          case .waiting: note("waiting for another build to end")
          case .building(let isFirst):
            note(
              "building espalier with \(names)"
                + (isFirst ? "; the first time this takes a minute or more" : ""))
          case .built: break
          }
        }
        guard console.environment[ProgramStart.mark] != built.key else {
          throw PackageProblem("the program that was built does not have \(names)")
        }
        let reason = ProgramStart.replace(
          with: built.path, arguments: arguments, mark: built.key)
        builder.forget(built)
        if attempt == 2 {
          throw PackageProblem("the program that was built cannot be started: \(reason)")
        }
      }
      preconditionFailure("the loop ends by a throw")
    } catch {
      if let text = error.compilerText { note(text) }
      throw packages.problems(error)
    }
  }
}
