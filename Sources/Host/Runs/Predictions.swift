import EspalierProtocols

extension TrainedRun {
  /// What the model says of each sample, in the order of the samples.
  public struct Predictions: RandomAccessCollection, Sendable {
    /// Number of samples.
    public let count: Int
    /// Numbers a sample: probabilities by class, or values.
    public let width: Int
    /// The model's numbers, count × width. One that tells two classes apart may give a single number a
    /// sample, the probability of the second.
    public let values: [Float]
    /// What the numbers stand for.
    public let target: TargetDescription
    /// What the samples are called, such as the files of images; `nil` where they have but their numbers.
    public internal(set) var names: [String]?

    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    public subscript(sample: Int) -> Prediction {
      precondition(indices.contains(sample), "there are \(count) predictions, not \(sample + 1)")
      return Prediction(Array(values[sample * width..<(sample + 1) * width]), target)
    }

    /// The most probable class of each sample; empty texts in regression.
    public var labels: [String] { map(\.label) }

    /// The column names: `file` where samples have names; `prediction` and a probability a class, or the names of
    /// the values.
    public var header: [String] {
      let start = names == nil ? [] : ["file"]
      return start + outputNames
    }

    private var outputNames: [String] {
      switch target {
      case .classes(let names): ["prediction"] + names.map { "probability_" + $0 }
      // A loss of several heads says more of a sample than there are values.
      case .values(let names) where names.count == width: names
      case .values, .none: (0..<width).map { "output_\($0)" }
      }
    }

    /// The fields of one sample, under the column names.
    public func row(_ sample: Int) -> [String] {
      let prediction = self[sample]
      let start = names.map { [$0[sample]] } ?? []
      guard case .classes = target else { return start + prediction.values.map { "\($0)" } }
      return start + [prediction.label] + prediction.probabilities.map { "\($0)" }
    }
  }

  /// What the model says of one sample.
  public struct Prediction: Sendable, CustomStringConvertible {
    /// The name of the most probable class; empty in regression.
    public let label: String
    /// The probability of each class, in the order of ``classes``; empty in regression.
    public let probabilities: [Float]
    /// The names of the classes; empty in regression.
    public let classes: [String]
    /// The values in regression, in their own units; empty for classes.
    public let values: [Float]

    init(_ numbers: [Float], _ target: TargetDescription) {
      guard case .classes(let names) = target else {
        (label, probabilities, classes, values) = ("", [], [], numbers)
        return
      }
      // One probability stands for the second of two classes.
      probabilities = numbers.count == 1 ? [1 - numbers[0], numbers[0]] : numbers
      var best = 0
      for index in probabilities.indices where probabilities[index] > probabilities[best] {
        best = index
      }
      label = names.indices.contains(best) ? names[best] : "\(best)"
      classes = names
      values = []
    }

    /// The probability of the class ``label``; 0 in regression.
    public var probability: Float { probabilities.max() ?? 0 }

    /// The probability of a class; 0 for one that the model does not know.
    public func probability(of label: String) -> Float {
      guard let index = classes.firstIndex(of: label), probabilities.indices.contains(index) else {
        return 0
      }
      return probabilities[index]
    }

    /// `cat (0.97)`, or the values.
    public var description: String {
      guard !probabilities.isEmpty else {
        return values.map { "\($0)" }.joined(separator: ", ")
      }
      return "\(label) (\((probability * 1000).rounded() / 1000))"
    }
  }
}
