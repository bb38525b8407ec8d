/// The stable names of all problems that a config can have; `espalier explain E0112` tells more.
///
/// 010x reading, 011x names, 012x values, 013x plugins, 014x includes, 015x environment, 016x
/// `--set`, 017x and 019x combinations, 018x warnings and hints, 020x what shows only with the data, 030x packages of plugins, 040x sweeps. A number is never
/// given to another problem.
public enum DiagnosticCode: String, Sendable, Hashable, CaseIterable {
  case unreadableFile = "E0101"
  case syntax = "E0102"
  case alias = "E0103"
  case mergeKey = "E0104"
  case tooLarge = "E0105"
  case encoding = "E0106"
  case duplicateKey = "E0107"
  case keyNotText = "E0108"
  case notAConfig = "E0109"
  case unknownSection = "E0110"
  case unknownKey = "E0111"
  case unknownParameter = "E0112"
  case unknownPlugin = "E0113"
  case otherKind = "E0114"
  case ambiguousPlugin = "E0115"
  case wrongType = "E0120"
  case notAChoice = "E0121"
  case outOfRange = "E0122"
  case missingParameter = "E0123"
  case missingSection = "E0124"
  case severalKeys = "E0130"
  case optionsForm = "E0131"
  case notAPlugin = "E0132"
  case tooManyPlugins = "E0133"
  case sectionForm = "E0134"
  case layerName = "E0135"
  case layerNameTwice = "E0136"
  case refused = "E0137"
  case includeForm = "E0140"
  case includeMissing = "E0141"
  case includeCycle = "E0142"
  case includeTooMany = "E0143"
  case environmentUnset = "E0150"
  case environmentForm = "E0151"
  case setForm = "E0160"
  case setUnknown = "E0161"
  case setAmbiguous = "E0162"
  case setIndex = "E0163"
  case setPackages = "E0164"
  case unknownResult = "E0170"
  case nothingValidated = "E0171"
  case nothingToTrainOn = "E0172"
  case taskMismatch = "E0173"
  case batchOfOne = "E0174"
  case normalizedTooLate = "E0175"
  case metricTwice = "E0176"
  case piecesDoNotDivide = "E0177"
  case imagesExpected = "E0178"
  case packageCheck = "E0179"
  case notShuffled = "W0180"
  case doubledOutput = "W0181"
  case dropoutBeforeNormalization = "W0182"
  case scheduleLength = "W0183"
  case epochNotReached = "W0187"
  case missingOutput = "W0188"
  case pointsForMetrics = "W0189"
  case nothingBetween = "H0184"
  case uselessBias = "H0185"
  case noZeros = "H0186"
  case foldWithoutPlace = "E0195"
  case ensembleUnusable = "E0196"
  case layerDoesNotFit = "E0201"
  case dataUnusable = "E0202"
  case targetMismatch = "E0203"
  case modelProblem = "E0204"
  case pluginFailed = "E0205"
  case backendUnusable = "E0206"
  case startUnusable = "E0210"
  case packageForm = "E0301"
  case packageUnusable = "E0302"
  case packageDoesNotBuild = "E0303"
  case packageNotInProgram = "E0304"
  case sweepConfig = "E0401"
  case sweepParameter = "E0402"
  case sweepObjective = "E0403"
  case sweepStrategy = "E0404"

  /// How bad it is.
  public var severity: Diagnostic.Severity {
    switch rawValue.first {
    case "W": .warning
    case "H": .hint
    default: .error
    }
  }

  /// The code that a user typed: `E0112`, `e0112`, or the number alone.
  public init?(typed text: String) {
    let name = text.uppercased()
    guard
      let match = Self.allCases.first(where: { $0.rawValue == name })
        ?? Self.allCases.first(where: { $0.rawValue.dropFirst() == name })
    else { return nil }
    self = match
  }
}
