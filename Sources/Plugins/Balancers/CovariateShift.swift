import EspalierProtocols
import EspalierStatistics

/// A training sample counts min(e^h(x), clip): more the more it looks like the inputs of the test split.
///
/// h is the log-odds of a logistic regression that tells test inputs from training inputs, fitted by
/// minimizing ½|w|² + penalty · Σ log(1 + e^(−z·(w·x + b))), z = 1 for test inputs and −1 for training
/// inputs. It reads the inputs of the test split, never their targets, and the summary of the run says so:
/// results on that split hold for these very samples.
public struct CovariateShift: Balancer {
  public static let manifest = Manifest(
    "covariate_shift",
    "weight min(e^h(x), clip), h the log-odds of test against training inputs by logistic regression",
    paper: "Shimodaira, 2000; Bickel, Brückner and Scheffer, 2007",
    sample: "covariate_shift: {clip: 10}")

  @Parameter("the most that a sample counts", in: Bounds.positive) public var clip: Double = 10
  @Parameter(
    "C of the logistic regression: the smaller, the closer all weights are to each other",
    in: Bounds.positive)
  public var penalty: Double = 1

  public init() {}
  public init(clip: Double = 10, penalty: Double = 1) {
    self.clip = clip
    self.penalty = penalty
  }

  public var usesTestInputs: Bool { true }

  public func balance(_ samples: BalancingSamples) throws -> Balance {
    guard let test = samples.testInputs else {
      throw PluginError("there is no test split whose inputs it could look at")
    }
    let model = try LogisticRegression(
      against: samples.training, for: test, penalty: penalty)
    var weights: [Float] = []
    weights.reserveCapacity(samples.training.count)
    try model.forEachLogOdds(of: samples.training) { logOdds in
      weights.append(Float(min(_exp(min(logOdds, 700)), clip)))
    }
    return Balance(weights: weights)
  }
}
