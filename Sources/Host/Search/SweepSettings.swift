import EspalierProtocols

/// What a sweep says: a config, which of its values to search, how, and what is good.
struct SweepSettings: ConfigSection {
  static let text = "a search over values of a config"
  static let examples = [
    "config": "config: digits.yaml",
    "parameters": "parameters: {optimizer.adam.learning_rate: {log_uniform: [1e-4, 1e-1]}}",
    "strategy": "strategy: {random: {trials: 20}}",
  ]

  @Parameter("the config file, or the config itself") var config: SweptConfig
  @Parameter("values that all trials have in place of the config's, by their paths")
  var set: [String: SweptValue] = [:]
  @Parameter("what is searched: a path of the config, and its values or their range")
  var parameters: [String: SweptValue]
  @Component("which trials are made") var strategy: any SearchStrategy
  var objective = ObjectiveSettings()
  @Parameter("seed of the strategy's random numbers; those of the runs are the config's", in: 0...)
  var seed = 0
  @Parameter("trials that run at a time; without a word as many as there are cores", in: 1...1024)
  var parallel: Int?
  @Parameter("folder of the search, as seen from where the program runs; runs/NAME without a word")
  var output: String?
  @Parameter("whose weights and checkpoints stay when the search is over")
  var keep = KeptWeights.all
}

/// By what the trials of a search are compared: `objective:` in a sweep, `"validation_accuracy"` in Swift.
public struct ObjectiveSettings: ConfigSection, ExpressibleByStringLiteral {
  public static let text = "by what trials are compared"
  public static var shortKey: String? { "metric" }

  /// What is better.
  public enum Better: String, Choice, Sendable { case auto, less, more }

  /// Which epoch of a trial counts.
  public enum CountedEpoch: String, Choice, Sendable { case best, last }

  @Parameter("a result of the run; without a word what early_stopping watches, or validation_loss")
  public var metric: String?
  @Parameter("whether less or more is better; `auto` asks the metric")
  public var better = Better.auto
  @Parameter("the best epoch of a trial counts, or its last") public var epoch = CountedEpoch.best

  public init() {}

  public init(_ metric: String?, better: Better = .auto, epoch: CountedEpoch = .best) {
    self.metric = metric
    self.better = better
    self.epoch = epoch
  }

  public init(stringLiteral metric: String) { self.init(metric) }
}

/// Whose weights stay.
enum KeptWeights: String, Choice { case all, best, none }

/// The config of a sweep: a path, or a group of keys.
struct SweptConfig: ParameterValue {
  let value: ConfigValue

  static func decode(_ value: ConfigValue) throws(ValueProblem) -> SweptConfig {
    switch value {
    case .text(let path) where !path.isEmpty: return SweptConfig(value: value)
    case .table: return SweptConfig(value: value)
    default: throw ValueProblem(expected: "a file path, or a config", found: value)
    }
  }
  var configValue: ConfigValue { value }
  static var form: ValueForm { .either([.path, .table(.text)]) }
}

/// Any value; what it means depends on its path.
struct SweptValue: ParameterValue {
  let configValue: ConfigValue

  static func decode(_ value: ConfigValue) throws(ValueProblem) -> SweptValue {
    SweptValue(configValue: value)
  }
  static var form: ValueForm { .either([.number, .text, .bool]) }
}
