import EspalierFormats
import EspalierProtocols

/// A sample counts as a file says: one number, 0 or more, for each training sample in its order.
///
/// The file is a `.npy` of shape [samples]. Training samples are numbered as the split leaves them, in the
/// order of the source, without those that cleaners left out. A member of a boosted ensemble has its
/// weights this way. The loss takes the weighted mean of a batch.
public struct SampleWeights: Balancer {
  public static let manifest = Manifest(
    "sample_weights", "a sample's loss counts by its number in a file",
    sample: "sample_weights: {path: weights.npy}")

  @Parameter("the .npy file, a number a training sample") public var path: FilePath

  public init() {}
  public init(_ path: FilePath) { self.path = path }

  public func balance(_ samples: BalancingSamples) throws -> Balance {
    let place = path.text.hasPrefix("/") ? path.text : samples.folder + "/" + path.text
    let array: StoredArray
    do { array = try NPY.read(place) } catch { throw PluginError("\(error)", parameter: "path") }
    guard array.shape == [samples.training.count] else {
      throw PluginError(
        "\(place) has numbers of shape \(Shape(array.shape)), but there are \(samples.training.count) "
          + "training samples", parameter: "path",
        remedy: "it holds one number for each training sample")
    }
    let weights = array.values()
    if let bad = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw PluginError(
        "\(place): number \(bad) is \(weights[bad]); a weight is 0 or more", parameter: "path")
    }
    return Balance(weights: weights)
  }
}
