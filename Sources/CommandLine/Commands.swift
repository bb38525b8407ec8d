/// All commands, in the order of listings.
enum Commands {
  static let root = CommandGroup(
    name: "", summary: "trains neural networks from a config",
    members: [
      .command(TrainCommand.self),
      .command(ResumeCommand.self),
      .command(EvaluateCommand.self),
      .command(PredictCommand.self),
      .command(ReportCommand.self),
      .command(CrossValidateCommand.self),
      .command(CompareCommand.self),
      .command(EnsembleCommand.self),
      .command(ExportCommand.self),
      .command(SearchCommand.self),
      .command(PlanCommand.self),
      .command(BenchCommand.self),
      .command(ShiftCommand.self),
      .group(
        CommandGroup(
          name: "config", summary: "checks and shows configs",
          members: [
            .command(ConfigCheckCommand.self),
            .command(ConfigShowCommand.self),
            .command(ConfigSchemaCommand.self),
          ])),
      .group(
        CommandGroup(
          name: "plugins", summary: "tells what a config can name",
          members: [
            .command(PluginsListCommand.self),
            .command(PluginsShowCommand.self),
            .command(PluginsReferenceCommand.self),
          ])),
      .command(BuildCommand.self),
      .group(
        CommandGroup(
          name: "new", summary: "writes plugins and projects to begin with",
          members: [.command(NewPluginCommand.self), .command(NewProjectCommand.self)])),
      .command(ExplainCommand.self),
      .command(CompletionsCommand.self),
      .command(VersionCommand.self),
      .command(HelpCommand.self),
    ])
}
