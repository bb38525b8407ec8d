import EspalierProtocols

/// Which connections of a unit its variance is divided by.
public enum FanMode: String, Choice {
  case fanIn = "fan_in"
  case fanOut = "fan_out"

  var fan: VarianceScaling.Fan { self == .fanIn ? .input : .output }
}
