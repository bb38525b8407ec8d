/// Names that a type of an author would hide, and names that are no names at all.
///
/// Swift prefers a module's own type to an imported one of its name, so that what an author means by
/// `Tensor` would silently be another type. Types of built-in plugins are not here: the catalog has them.
enum TakenNames {
  static let keywords = words(
    """
    associatedtype borrowing class consuming deinit enum extension fileprivate func import init
    inout internal let open operator package precedencegroup private protocol public rethrows
    static struct subscript typealias var break case catch continue default defer do else
    fallthrough for guard if in repeat return switch throw where while Any as await false is nil
    self Self super throws true try async actor Type Protocol
    """)

  /// Of the standard library and Foundation, those that plugins may need.
  static let swift = words(
    """
    AnyHashable AnyIterator AnyObject AnySequence Array ArraySlice AsyncSequence AsyncStream Bool
    Character ClosedRange Clock Codable CodingKey Collection Comparable CommandLine
    ContiguousArray Copyable CustomStringConvertible Data Date Decodable Decoder Dictionary Double
    Duration Encodable Encoder Equatable Error Float Float16 Float80 FloatingPoint Hashable Hasher
    Identifiable Int Int8 Int16 Int32 Int64 Int128 InlineArray Iterator IteratorProtocol KeyPath
    Locale MainActor Mirror Never ObjectIdentifier Optional OptionSet Range RangeExpression
    RawRepresentable Regex Result SIMD2 SIMD4 SIMD8 SIMD16 Sendable Sequence Set Slice Span
    StaticString String Strideable Substring Task TaskGroup UInt UInt8 UInt16 UInt32 UInt64
    UInt128 Unicode URL UUID UnsafeBufferPointer UnsafeMutableBufferPointer UnsafeMutablePointer
    UnsafePointer Void
    """)

  /// What `import Espalier` brings beside plugins.
  static let espalier = words(
    """
    Activation ActivationLayer AnyComponent AnyParameter ArrayDataset Augmentation Backend Balance
    Balancer BalancingSamples BatchAugmentation BatchView Binary Bounds BoundsConvertible Callback
    CallbackMemory Catalog Choice Cleaner CleaningReport Component ConfigPlace ConfigSection
    ConfigValue ConfigurationCheck ConfigurationLoader ConfigurationProblems CounterRandom
    CustomOperation DataBenchmark DataDescription DataMemory DataSettings Dataset Decision Diagnostic
    DiagnosticCode DiagnosticText Ensemble EnsembleBalancers EnsembleJoin EpochResult Event
    Exclusion Executable FeatureSelection FeatureSelector FilePath FinishedTrial FittedPlugin
    Freezing FusedGroup Gradients Hook HostDefaults InitialValue Initializer JSONSchema Kernel
    KernelProfile Layer LayerPart LayerStep LearningTask Loss LossContext LossScale LossScaling
    Manifest Metric MetricAccumulator MetricBatch MetricResult Model ModelBuilder Multiplicity
    NamePattern Named Node Normalizer NumericValue Objective ObjectiveOptimizer ObjectiveSettings
    ObjectiveValue Observer OperationNode Optimizer OptimizerState OptimizerStep Parameter
    ParameterDescription ParameterSelecting ParameterUpdate ParameterValue Place PlacedPlugin Plan
    PlanReport Plugin PluginBundle PluginError PluginKind PluginListBuilder PluginOrigin Primitive
    ProductPrecision Program Projection RandomDistribution RankedValues RecordedBatch RecordedHook
    Recorder RecordingFailure Reduction Regularizer Run RunBuilder RunConfiguration RunFacts
    RunFailure RunPart RunSnapshot RunState RunSummary SampleBatch ScheduleMemory ScheduleUnit
    Scheduler Schema Scope Search SearchParameter SearchPoint SearchRange SearchResults SearchSpace
    SearchState SearchStrategy Searched Shape ShiftReport Source SourceContext SourceSamples
    SplitSettings StartReport StartSettings StepBenchmark StepContext TargetDescription
    TargetNormalizer Tensor TestSource TestTimeSettings TrainedRun Training TrainingEnd
    TrainingOptions TrainingResult TrainingSamples TrainingSettings TrainingTime Transform
    TransformState TrialState TrialStep Unary Unchanged ValidationSource ValueForm ValueProblem
    Variable VariableMemory VariableRole VariableTable VarianceScaling View Window
    """)

  private static func words(_ text: String) -> Set<String> {
    Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
  }
}
