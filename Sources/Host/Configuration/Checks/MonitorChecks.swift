import EspalierProtocols

/// What callbacks watch must be produced.
struct CallbackMonitorCheck: ConfigurationCheck {
  static let reads: Set<String> = ["callbacks", "metrics", "data"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    run.callbacks.enumerated().flatMap { index, callback in
      MonitorProblem.all(within: callback, "callbacks[\(index)]", run, catalog)
    }
  }
}

/// What the schedule watches must be produced.
struct ScheduleMonitorCheck: ConfigurationCheck {
  static let reads: Set<String> = ["schedule", "metrics", "data"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    run.schedule.map { MonitorProblem.all(within: $0, "schedule", run, catalog) } ?? []
  }
}

private enum MonitorProblem {
  /// What a plugin and those that it is made of watch in vain.
  static func all(
    within plugin: any Plugin, _ path: String, _ run: RunConfiguration, _ catalog: Catalog
  ) -> [Diagnostic] {
    var known = Set<String>()
    // From the inside out: one that passes on what its part watches does not report it again.
    return RunConfiguration.walk(plugin, path).reversed().compactMap { part in
      let monitor =
        (part.plugin as? any Callback)?.monitor ?? (part.plugin as? any Scheduler)?.monitor
      guard let monitor, known.insert(monitor).inserted else { return nil }
      return find(monitor, part.plugin, part.path, run, catalog)
    }
  }

  private static func find(
    _ monitor: String, _ plugin: any Plugin, _ path: String, _ run: RunConfiguration,
    _ catalog: Catalog
  ) -> Diagnostic? {
    let names = run.resultNames
    guard !names.contains(monitor) else { return nil }
    let path = "\(path).\(plugin.pluginName).monitor"
    let name = plugin.pluginName
    let normalized = normalized(monitor)
    if normalized == monitor, monitor.hasPrefix("validation_"), !run.hasValidation,
      isProduced(String(monitor.dropFirst("validation_".count)), run)
    {
      let split = run.place(ofPath: "data.split.validation") ?? run.place(ofPath: "data")
      var found = run.diagnostic(
        .nothingValidated,
        "\(name) watches \(Printable.code(monitor)), but no samples are kept for validation",
        atPath: path, label: "watch `train\(monitor.dropFirst("validation".count))`, or keep some",
        notes: [.init("set `data.split.validation`, for example to 0.2", at: split)])
      found.found = monitor
      return found
    }
    var found = run.diagnostic(
      .unknownResult, "\(name) watches \(Printable.code(monitor)), which nothing produces",
      atPath: path)
    found.found = monitor
    found.allowed = names.joined(separator: ", ")
    let metrics = catalog.all(of: .metric)
    if names.contains(normalized) {
      found.suggestion = normalized
      found.label = "did you mean `\(normalized)`?"
    } else if let metric = metrics.first(where: { normalized.hasSuffix("_" + $0.name) }),
      !run.metrics.contains(where: { $0.pluginName == metric.name })
    {
      found.label = "add `\(catalog.unambiguousName(of: metric))` to `metrics`"
      let place = run.place(ofPath: "metrics")
      if let place { found.notes.append(.init("here", at: place)) }
    } else {
      let near = Suggestion.nearest(normalized, among: names)
      found.suggestion = near.first
      found.label = near.isEmpty ? nil : "did you mean \(Printable.alternatives(near))?"
    }
    if found.label == nil {
      found.label = "this run produces " + Printable.alternatives(names, "and")
      return found
    }
    found.notes.append(.init("this run produces " + Printable.alternatives(names, "and")))
    return found
  }

  private static func isProduced(_ result: String, _ run: RunConfiguration) -> Bool {
    result == "loss" || run.metrics.contains { $0.resultName == result }
  }

  /// The name in this framework's form: `val/acc` → `validation_accuracy`.
  private static func normalized(_ name: String) -> String {
    var text = String(name.map { "/-. :".contains($0) ? "_" : Character($0.lowercased()) })
    for (short, long) in [
      ("val_", "validation_"), ("valid_", "validation_"), ("training_", "train_"),
    ]
    where text.hasPrefix(short) {
      text = long + text.dropFirst(short.count)
    }
    for (short, long) in [("_acc", "_accuracy"), ("_los", "_loss")] where text.hasSuffix(short) {
      text = text.dropLast(short.count) + long
    }
    return text == "lr" ? "learning_rate" : text
  }
}
