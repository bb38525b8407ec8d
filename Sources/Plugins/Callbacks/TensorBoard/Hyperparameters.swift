import EspalierProtocols

/// A run's settings and results as TensorBoard's table of hyperparameters wants them.
struct Hyperparameters {
  enum Value: Equatable {
    case number(Double)
    case text(String)
    case flag(Bool)
  }
  /// By their paths in the config: `training.batch_size`.
  private(set) var values: [(name: String, value: Value)] = []

  /// Sections that tell what is learned and how; what is only watched or written is left out.
  private static let sections = [
    "data", "model", "loss", "optimizer", "schedule", "regularizers", "training",
  ]

  /// Where samples lie and how fast they are worked on makes no difference to what is learned.
  private static let others: Set = [
    "data.source", "data.validation_source", "data.test_source", "training.threads",
  ]

  init(_ configuration: ConfigValue) {
    for section in Self.sections {
      if let value = configuration[section] { add(value, section) }
    }
    // Of a model's layers the list is told, and the numbers of each.
    if case .list(let layers)? = configuration["model"] {
      values.append(("model", .text(layers.map(Self.name).joined(separator: ", "))))
    }
  }

  private static func name(_ plugin: ConfigValue) -> String {
    if case .table(let entries) = plugin, let entry = entries.first {
      entry.key
    } else {
      "\(plugin)"
    }
  }

  private mutating func add(_ value: ConfigValue, _ path: String) {
    guard !Self.others.contains(path) else { return }
    switch value {
    case .null: break
    case .bool(let flag): values.append((path, .flag(flag)))
    case .integer(let number): values.append((path, .number(Double(number))))
    case .number(let number): values.append((path, .number(number)))
    case .text(let text): values.append((path, .text(text)))
    case .list(let elements):
      for (place, element) in elements.enumerated() { add(element, "\(path)[\(place)]") }
    case .table(let entries):
      // A plugin with options is a value of its own: its name.
      if entries.count == 1, case .table = entries[0].value {
        values.append((path, .text(entries[0].key)))
      }
      for entry in entries { add(entry.value, path + "." + entry.key) }
    }
  }

  /// What there is to choose and to measure, for the table's columns.
  ///
  /// - Parameter metrics: tags of scalars.
  func experiment(metrics: [String]) -> EventMessage {
    let content = EventMessage.make { experiment in
      for (name, value) in values {
        experiment.add(
          4,
          .make {
            $0.add(1, name)
            $0.add(4, value.type)
          })
      }
      for tag in metrics {
        experiment.add(5, .make { info in info.add(1, .make { $0.add(2, tag) }) })
      }
    }
    return Self.summary("_hparams_/experiment", field: 2, content)
  }

  /// The values of a run, which is in no group: each stands in a line of its own.
  ///
  /// - Parameter seconds: when it began, since 1970.
  func start(seconds: Double) -> EventMessage {
    let content = EventMessage.make { start in
      for (name, value) in values {
        start.add(
          1,
          .make {
            $0.add(1, name)
            $0.add(2, value.message)
          })
      }
      start.add(5, seconds)
    }
    return Self.summary("_hparams_/session_start_info", field: 3, content)
  }

  static func end(isFailure: Bool, seconds: Double) -> EventMessage {
    let content = EventMessage.make {
      $0.add(1, isFailure ? 2 : 1)
      $0.add(2, seconds)
    }
    return summary("_hparams_/session_end_info", field: 4, content)
  }

  private static func summary(
    _ tag: String, field: Int, _ content: EventMessage
  ) -> EventMessage {
    let plugin = EventMessage.make { $0.add(field, content) }
    // The value itself says nothing: a number without a place, which a reader must find.
    let tensor = EventMessage.make {
      $0.add(1, 1)
      $0.add(2, EventMessage())
      $0.add(5, Float(0))
    }
    return .make {
      $0.add(1, tag)
      $0.add(8, tensor)
      $0.add(9, Summary.metadata("hparams", content: plugin.bytes))
    }
  }
}

extension Hyperparameters.Value {
  fileprivate var type: Int {
    switch self {
    case .text: 1
    case .flag: 2
    case .number: 3
    }
  }

  fileprivate var message: EventMessage {
    .make {
      switch self {
      case .number(let number): $0.add(2, number)
      case .text(let text): $0.add(3, text)
      case .flag(let flag): $0.add(4, flag ? 1 : 0)
      }
    }
  }
}
