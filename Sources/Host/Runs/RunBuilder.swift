import EspalierProtocols

/// Builds a run in Swift: each plugin goes to the section of its kind, in the order of the lines.
///
/// `if`, `for` and optional plugins work as anywhere; a function with this attribute makes parts that
/// several runs share.
@resultBuilder
public enum RunBuilder {
  public static func buildExpression(
    _ source: (any Source)?, file: String = #fileID, line: Int = #line, column: Int = #column
  ) -> [RunPart] {
    part(source.map { .source($0, .everything) }, file, line, column)
  }
  public static func buildExpression(
    _ source: ValidationSource?, file: String = #fileID, line: Int = #line, column: Int = #column
  ) -> [RunPart] {
    part(source.map { .source($0.source, .validation) }, file, line, column)
  }
  public static func buildExpression(
    _ source: TestSource?, file: String = #fileID, line: Int = #line, column: Int = #column
  ) -> [RunPart] {
    part(source.map { .source($0.source, .test) }, file, line, column)
  }
  public static func buildExpression(
    _ split: SplitSettings?, file: String = #fileID, line: Int = #line, column: Int = #column
  ) -> [RunPart] {
    part(split.map { .split($0) }, file, line, column)
  }
  public static func buildExpression(
    _ memory: DataMemory?, file: String = #fileID, line: Int = #line, column: Int = #column
  ) -> [RunPart] {
    part(memory.map { .memory($0) }, file, line, column)
  }
  public static func buildExpression(
    _ cleaner: (any Cleaner)?, file: String = #fileID, line: Int = #line, column: Int = #column
  ) -> [RunPart] {
    part(cleaner.map { .cleaner($0) }, file, line, column)
  }
  public static func buildExpression(
    _ selector: (any FeatureSelector)?, file: String = #fileID, line: Int = #line,
    column: Int = #column
  ) -> [RunPart] {
    part(selector.map { .selector($0) }, file, line, column)
  }
  public static func buildExpression(
    _ normalizer: (any Normalizer)?, file: String = #fileID, line: Int = #line,
    column: Int = #column
  ) -> [RunPart] {
    part(normalizer.map { .normalizer($0) }, file, line, column)
  }
  public static func buildExpression(
    _ target: TargetNormalizer?, file: String = #fileID, line: Int = #line, column: Int = #column
  ) -> [RunPart] {
    part(target.map { .targetNormalizer($0.normalizer) }, file, line, column)
  }
  public static func buildExpression(
    _ projection: (any Projection)?, file: String = #fileID, line: Int = #line,
    column: Int = #column
  ) -> [RunPart] {
    part(projection.map { .projection($0) }, file, line, column)
  }
  public static func buildExpression(
    _ balancer: (any Balancer)?, file: String = #fileID, line: Int = #line, column: Int = #column
  ) -> [RunPart] {
    part(balancer.map { .balancer($0) }, file, line, column)
  }
  public static func buildExpression(
    _ testTime: TestTimeSettings?, file: String = #fileID, line: Int = #line,
    column: Int = #column
  ) -> [RunPart] {
    part(testTime.map { .testTime($0) }, file, line, column)
  }
  public static func buildExpression(
    _ augmentation: (any Augmentation)?, file: String = #fileID, line: Int = #line,
    column: Int = #column
  ) -> [RunPart] {
    part(augmentation.map { .augmentation($0) }, file, line, column)
  }
  public static func buildExpression(
    _ model: Model?, file: String = #fileID, line: Int = #line, column: Int = #column
  ) -> [RunPart] {
    part(model.map { .model($0.parts) }, file, line, column)
  }
  public static func buildExpression(
    _ loss: (any Loss)?, file: String = #fileID, line: Int = #line, column: Int = #column
  ) -> [RunPart] {
    part(loss.map { .loss($0) }, file, line, column)
  }
  public static func buildExpression(
    _ optimizer: (any Optimizer)?, file: String = #fileID, line: Int = #line,
    column: Int = #column
  ) -> [RunPart] {
    part(optimizer.map { .optimizer($0) }, file, line, column)
  }
  public static func buildExpression(
    _ scheduler: (any Scheduler)?, file: String = #fileID, line: Int = #line,
    column: Int = #column
  ) -> [RunPart] {
    part(scheduler.map { .scheduler($0) }, file, line, column)
  }
  public static func buildExpression(
    _ regularizer: (any Regularizer)?, file: String = #fileID, line: Int = #line,
    column: Int = #column
  ) -> [RunPart] {
    part(regularizer.map { .regularizer($0) }, file, line, column)
  }
  public static func buildExpression(
    _ callback: (any Callback)?, file: String = #fileID, line: Int = #line, column: Int = #column
  ) -> [RunPart] {
    part(callback.map { .callback($0) }, file, line, column)
  }
  public static func buildExpression(
    _ metric: (any Metric)?, file: String = #fileID, line: Int = #line, column: Int = #column
  ) -> [RunPart] {
    part(metric.map { .metric($0) }, file, line, column)
  }
  public static func buildExpression(
    _ start: StartSettings?, file: String = #fileID, line: Int = #line, column: Int = #column
  ) -> [RunPart] {
    part(start.map { .start($0) }, file, line, column)
  }
  public static func buildExpression(
    _ training: TrainingSettings?, file: String = #fileID, line: Int = #line,
    column: Int = #column
  ) -> [RunPart] {
    part(training.map { .training($0) }, file, line, column)
  }
  public static func buildExpression(
    _ backend: (any Backend)?, file: String = #fileID, line: Int = #line, column: Int = #column
  ) -> [RunPart] {
    part(backend.map { .backend($0) }, file, line, column)
  }
  /// Parts of another function that builds some.
  public static func buildExpression(_ parts: [RunPart]) -> [RunPart] { parts }

  private static func part(
    _ content: RunPart.Content?, _ file: String, _ line: Int, _ column: Int
  ) -> [RunPart] {
    guard let content else { return [] }
    return [RunPart(content: content, place: ConfigPlace(file: file, line: line, column: column))]
  }

  // What stands elsewhere is refused with the place where it belongs.

  @available(*, unavailable, message: "layers stand in the model: Model { … }")
  public static func buildExpression(_ layer: (any Layer)?) -> [RunPart] { [] }
  @available(*, unavailable, message: "activations stand in the model, Model { … }, or in a layer")
  public static func buildExpression(_ activation: (any Activation)?) -> [RunPart] { [] }
  @available(*, unavailable, message: "give the initializer to a layer: Dense(64, initializer: …)")
  public static func buildExpression(_ initializer: (any Initializer)?) -> [RunPart] { [] }

  public static func buildBlock(_ parts: [RunPart]...) -> [RunPart] { parts.flatMap { $0 } }
  public static func buildOptional(_ parts: [RunPart]?) -> [RunPart] { parts ?? [] }
  public static func buildEither(first parts: [RunPart]) -> [RunPart] { parts }
  public static func buildEither(second parts: [RunPart]) -> [RunPart] { parts }
  public static func buildArray(_ parts: [[RunPart]]) -> [RunPart] { parts.flatMap { $0 } }
  public static func buildLimitedAvailability(_ parts: [RunPart]) -> [RunPart] { parts }
}
