extension DiagnosticCode {
  /// The same for the problems of packages of plugins and of sweeps.
  var explanationOfPackagesAndSweeps: String {
    switch self {
    case .packageForm:
      """
      `plugins:` names packages of plugins: folders, relative to the config (`./AcmePlugins`), or
      addresses that git knows with a version behind `@` (`https://host/acme.git@1.2.0`), or a commit.
      A branch or no version at all would make another run of the same config tomorrow.
      """
    case .packageUnusable:
      """
      A package of plugins cannot be found, or is none: it needs a Package.swift with a library whose
      target depends on the product Espalier, and its module declares `public let plugins =
      PluginBundle("acme") { … }`. All packages of a program take Espalier from one place.
      """
    case .packageDoesNotBuild:
      """
      A package of plugins was found, and the toolchain could not build it. The compiler's own errors
      stand before this one. `swift build` in the package's folder shows the same.
      """
    case .packageNotInProgram:
      """
      The config names a package of plugins that this program does not have, and the program has
      plugins of its own, so that no other can take its place. Add the package to the program, or run
      the config with `espalier`, which builds what a config names.
      """
    case .sweepConfig:
      """
      A sweep searches values of one config: `config: digits.yaml`, as seen from the sweep's folder, or
      the config itself in its place. `set` holds what all trials have otherwise, by paths as for
      `--set`. Packages of plugins are named in a config file.
      """
    case .sweepParameter:
      """
      Under `parameters` a path of the config stands with what its value can be: a list of values, or
      one range: `uniform: [0, 0.5]`, `log_uniform: [1e-4, 1e-1]`, `integer: [1, 8]`,
      `log_integer: [8, 512]`, `normal: [0, 1]`. Longer forms name their ends, for example
      `uniform: {from: 0, to: 0.5, step: 0.1}`. A whole section can be a value of a list.
      """
    case .sweepObjective:
      """
      Trials are compared by a result of their validation. The test split may not choose among them:
      the best of many trials on the test split is good there partly by luck, and nothing would be
      left to measure how good the chosen one really is.
      """
    case .sweepStrategy:
      """
      The strategy cannot search these parameters. A grid needs to know how many values of a range to
      try; strategies that stop bad trials early need more than one epoch, and set the epochs
      themselves.
      """
    default: preconditionFailure("\(self) is explained with those of configs")
    }
  }
}
