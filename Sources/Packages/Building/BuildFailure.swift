/// A program that could not be built, and why, as far as the compiler's words tell.
struct BuildFailure {
  let package: GeneratedPackage
  /// Where all that the toolchain said is.
  let log: String
  let output: String

  var problem: PackageProblem {
    let said = CompilerOutput(output)
    // The user wrote no main.swift: errors there are told as what they mean for the package.
    for module in said.modulesWithout("plugins") {
      return problem(
        of: module, "the module \(module) has no public `plugins`",
        remedy:
          "add the line `public let plugins = PluginBundle(\"\(module.lowercased())\") { … }`, "
          + "with the plugin types between the braces")
    }
    for module in said.modulesHiding("plugins") where modules.contains(module) {
      return problem(
        of: module,
        "the module \(module) declares a type of its own name, which hides its `plugins`",
        remedy: "rename the type")
    }
    let owners = package.packages.filter { output.contains($0.folder + "/") }
    let blamed = owners.isEmpty ? package.packages : owners
    let names = blamed.map { "\($0.title) (\($0.reference.location))" }
    var problem = PackageProblem(
      (names.count == 1 ? "the package " : "one of the packages ")
        + names.joined(separator: ", ") + " does not build",
      remedy: "all that the toolchain said is in \(log)", reference: blamed.first?.reference.text)
    problem.compilerText =
      said.errors() ?? output.split(separator: "\n").suffix(20).joined(separator: "\n")
    return problem
  }

  private var modules: [String] { package.packages.flatMap(\.modules) }

  private func problem(
    of module: String, _ message: String, remedy: String
  ) -> PackageProblem {
    let owner = package.packages.first { $0.modules.contains(module) }
    return PackageProblem(
      message + (owner.map { ", in \($0.name) (\($0.reference.location))" } ?? ""),
      remedy: remedy, reference: owner?.reference.text)
  }
}
