import EspalierProtocols

/// Where a config names the plugins of a kind.
struct PluginPlace {
  /// The key, a path of keys within sections.
  let path: [String]
  /// Whether a list of them stands there.
  let isList: Bool

  private init(_ path: String..., isList: Bool = false) {
    self.path = path
    self.isList = isList
  }

  init(_ kind: PluginKind) {
    switch kind {
    case .source: self.init("data", "source")
    case .cleaner: self.init("data", "clean", isList: true)
    case .selector: self.init("data", "select", isList: true)
    case .normalizer: self.init("data", "normalize", isList: true)
    case .projection: self.init("data", "project", isList: true)
    case .augmentation: self.init("data", "augment", isList: true)
    case .balancer: self.init("data", "balance", isList: true)
    case .view: self.init("data", "test_time", "views", isList: true)
    case .layer: self.init("model", isList: true)
    case .search: self.init("strategy")
    case .scheduler: self.init("schedule")
    case .regularizer, .callback, .metric: self.init(kind.plural, isList: true)
    // One in a layer or of a run: the key is the kind's name.
    default: self.init(kind.name)
    }
  }

  /// A part of a config with a plugin's sample in its place.
  func yaml(_ sample: String) -> String {
    var fragment = Substring(sample)
    // `{adam: {learning_rate: 1e-3}}` needs no braces where it may begin a line.
    if fragment.hasPrefix("{"), fragment.hasSuffix("}") {
      fragment = fragment.dropFirst().dropLast()
    }
    var text = ""
    var margin = ""
    for key in path.dropLast() {
      text += margin + key + ":\n"
      margin += "  "
    }
    text += margin + (path.last ?? "") + ":"
    let lines = fragment.split(separator: "\n")
    guard lines.count > 1 || fragment.contains(":") else {
      return text + (isList ? " [\(fragment)]\n" : " \(fragment)\n")
    }
    margin += "  "
    for (place, line) in lines.enumerated() {
      let lead = !isList ? "" : place == 0 ? "- " : "  "
      text += (place == 0 ? "\n" : "") + margin + lead + line + "\n"
    }
    return text
  }
}

extension PluginKind {
  var place: PluginPlace { PluginPlace(self) }

  /// What plugins of the kind do and where they stand, in two sentences.
  var introduction: String {
    switch self {
    case .source: "Where samples come from: `data.source`, one a run."
    case .cleaner:
      "Repairs of samples, fitted to the training split: `data.clean`, applied before everything else "
        + "in the order of the list. What they leave out is told when the run is over."
    case .selector:
      "Choices among features, fitted to the training split: `data.select`, behind the cleaners."
    case .normalizer:
      "Changes of scale, fitted to the training split: `data.normalize`, applied in the order of the "
        + "list."
    case .projection:
      "New features from old ones, fitted to the training split: `data.project`, behind the "
        + "normalizers."
    case .augmentation:
      "Random changes of training samples, drawn anew in each epoch: `data.augment`."
    case .balancer:
      "How much each training sample counts, by how often it is drawn or how much its loss weighs: "
        + "`data.balance`."
    case .view:
      "Sides from which a trained model looks at a sample: `data.test_time.views`. Predictions are "
        + "joined by their mean or a vote."
    case .layer:
      "Parts of a model: `model` is a list of them. An activation may stand there too."
    case .activation:
      "Nonlinearities: the `activation` of a layer, or a part of `model` on its own."
    case .initializer: "First values of weights: the `initializer` of a layer."
    case .loss: "What training makes small: `loss`, one a run."
    case .optimizer: "How gradients become new weights: `optimizer`, one a run."
    case .scheduler:
      "How the learning rate changes over the run: `schedule`. η₀ is the optimizer's `learning_rate`."
    case .regularizer: "Penalties on weights, added to the loss: `regularizers`, any number."
    case .callback:
      "What acts on a run at its events, or on loss and gradients: `callbacks`, any number, called in "
        + "this order."
    case .metric: "What is measured on training, validation and test: `metrics`, any number."
    case .search:
      "Which trials a search makes: `strategy` of a sweep, the file that `search` runs, one a sweep."
    case .backend: "What runs the recorded step: `backend`, one a run."
    default: ""
    }
  }
}
