import EspalierProtocols

/// How the predictions of several models for one sample become one.
public enum EnsembleJoin: String, Choice, Sendable {
  /// The mean of the probabilities or values.
  case mean
  /// For classes: the share of the models whose most probable class it is.
  case vote
  /// For classes: the mean over the models of a sample's rank by its probability of the class, among all
  /// samples that are predicted together. It asks for no common scale of the probabilities.
  case meanRank = "mean_rank"
  /// The median of the probabilities or values.
  case median

  /// Whether it makes sense of values as well as of classes.
  var takesValues: Bool { self == .mean || self == .median }
  /// Whether some models can count more than others.
  var takesWeights: Bool { self != .median }
}
