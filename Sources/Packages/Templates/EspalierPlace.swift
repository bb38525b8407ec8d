extension EspalierDependency {
  /// What the user names as Espalier, else the ``standard(environment:)`` one.
  ///
  /// - Parameter place: a checkout's folder, or an address with a version behind `@`.
  /// - Throws: ``PackageProblem`` for what is neither.
  package static func named(
    _ place: String?, environment: [String: String]
  ) throws(PackageProblem) -> EspalierDependency {
    guard let place else { return try standard(environment: environment) }
    let reference = try PackageReference(place, relativeTo: ".", home: environment["HOME"])
    switch reference.place {
    case .folder(let path): return .folder(try checkout(path, as: "--espalier"))
    case .repository(let address):
      let requirement =
        switch reference.version {
        case .exact(let version): "from: \(literal("\(version)"))"
        case .revision(let name): "revision: \(literal(name))"
        case .named(let name): "branch: \(literal(name))"
        case nil:
          throw PackageProblem(
            "`\(place)` names no version",
            remedy: "write \(address)@1.0.0, or a branch, \(address)@main")
        }
      return .repository(url: address, requirement: requirement)
    }
  }
}
