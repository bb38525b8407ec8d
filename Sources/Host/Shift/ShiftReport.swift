/// Whether the samples that a model is used on differ from those that it learns from, and in what.
public struct ShiftReport: Codable, Sendable {
  /// How to look.
  public struct Options: Sendable {
    /// The most samples of each side that are looked at, drawn at random.
    public var samples = 5000
    /// The chance that is taken of seeing a shift where there is none.
    public var level = 0.01
    /// Seed of the drawing; the run's unless given.
    public var seed: UInt64?

    public init() {}
  }

  /// What a test compares.
  public enum Kind: String, Codable, Sendable {
    /// The values of a number, by the Kolmogorov–Smirnov test.
    case values = "kolmogorov_smirnov"
    /// The frequencies of categories or classes, by the chi-square test.
    case frequencies = "chi_square"
    /// The share of missing values, by the chi-square test.
    case missing
  }

  /// A test of one feature, or of the target.
  public struct Test: Codable, Sendable {
    /// The feature's name, or its number.
    public let name: String
    /// What is compared.
    public let kind: Kind
    /// The test's statistic: a distance of distribution functions, or χ².
    public let statistic: Double
    /// Probability of such a statistic where there is no shift.
    public let probability: Double
    /// The same, corrected for the number of tests.
    public internal(set) var corrected: Double
    /// In training: the mean of values, or the share that is missing; of frequencies the share of the
    /// category that changes most.
    public let training: Double
    /// The same in the other samples.
    public let other: Double
    /// The category that changes most.
    public let category: String?
  }

  /// How well a classifier tells the two sides apart by all features at once.
  public struct Domain: Codable, Sendable {
    /// A feature by which it does so.
    public struct Weight: Codable, Sendable {
      /// The feature; for a category with the level behind.
      public let name: String
      /// Its weight where all features have unit deviation: above zero for what the other samples have
      /// more of.
      public let weight: Double
    }
    /// Area under the ROC curve on samples that it did not learn from; 0.5 for no shift.
    public let area: Double
    /// Probability of as great an area where there is no shift.
    public let probability: Double
    /// Parts, each of which was told apart by a classifier that learned from all others.
    public let folds: Int
    /// The features with the largest weights.
    public let weights: [Weight]
  }

  /// What the run is called.
  public let name: String
  /// What the training samples are compared with: `test`, or a file.
  public let against: String
  /// Training samples that were looked at.
  public let trainingSamples: Int
  /// The other samples that were looked at.
  public let otherSamples: Int
  /// Training samples in all.
  public let allTrainingSamples: Int
  /// The other samples in all.
  public let allOtherSamples: Int
  /// The chance that is taken of seeing a shift where there is none, in each of the three parts.
  public let level: Double
  /// Features of a sample.
  public let features: Int
  /// Principal components that were tested in place of features, where these are too many.
  public let components: Int?
  /// A test of each feature's values, and one of its missing values if there are any; by probability.
  public let tests: [Test]
  /// The classifier.
  public let domain: Domain
  /// The test of the targets; `nil` where those of the other samples are not known.
  public let target: Test?
  /// Balancers of the config that correct for a shift.
  public let correctedBy: [String]

  /// The tests that see a shift.
  public var shifted: [Test] { tests.filter { $0.corrected < level } }
  /// Whether the inputs differ, by a feature or by all together.
  public var inputsDiffer: Bool { !shifted.isEmpty || domain.probability < level }
  /// Whether the targets differ; `nil` where they are not known.
  public var targetsDiffer: Bool? { target.map { $0.probability < level } }
}
