import EspalierHost
import EspalierProtocols
import Foundation

/// `export RUN --output FILE`
struct ExportCommand: Command {
  enum Format: String, Choice { case onnx }

  static let name = "export"
  static let summary = "writes a trained network for other tools"
  static let otherNames = ["convert"]
  static let details = """
    onnx (opset 17) holds the run's transforms, the network and the way back to the data's units: it
    takes samples as the run's source gives them, any number at once, and gives what predict gives.
    The file is read again and compared with the run on some of its samples; one that does not agree
    is removed.
    """
  static let examples = [
    "export runs/digits-20260301-101500 --output digits.onnx",
    "export runs/digits-20260301-101500 --output digits.onnx --without-transforms",
  ]

  @Operand("the run's folder", as: "RUN", completes: .folders) var run: String
  @Option("where the model goes", as: "FILE", completes: .files(["onnx"])) var output: String
  @Option("how it is written", as: "FORMAT") var format: Format = .onnx
  @Flag(
    "leaves cleaners, selectors, normalizers and projections out: the file takes what they give")
  var withoutTransforms
  @Flag("leaves views at test time out: the file sees each sample once") var withoutViews
  @Flag("prints what was written as JSON") var json

  func run(_ context: Context) throws -> ExitStatus {
    guard !Ensemble.isEnsemble(run) else {
      throw CommandFailure(
        "\(run) is an ensemble, and an ONNX file holds one model: export its members, whose folders stand in "
          + "ensemble.yaml")
    }
    let trained = try TrainedRun.open(
      run, catalog: try context.catalog(forRun: run), defaults: context.program.defaults(),
      threads: nil)
    switch format {
    case .onnx:
      let export = try trained.exportONNX(
        to: output, transforms: !withoutTransforms, views: !withoutViews)
      context.print(json ? JSON.page(Self.value(export)) : Self.text(export))
    }
    return .done
  }

  private static func text(_ export: TrainedRun.ONNXExport) -> String {
    let operators = export.operators.values.reduce(0, +)
    var text = """
      \(export.path): \(operators) operators, \(export.bytes) bytes
        takes \(export.inputs.joined(separator: ", "))
        gives \(export.outputs.joined(separator: ", "))
        read again: \(export.checkedSamples) samples agree with the run, to \(rounded(export.largestDifference))

      """
    if let note = export.note { text += "  these samples were drawn: \(note)\n" }
    return text
  }

  private static func rounded(_ difference: Double) -> String {
    difference == 0 ? "the last bit" : String(format: "%.1e", difference)
  }

  private static func value(_ export: TrainedRun.ONNXExport) -> ConfigValue {
    .table([
      .init("file", .text(export.path)), .init("bytes", .integer(export.bytes)),
      .init("inputs", .list(export.inputs.map(ConfigValue.text))),
      .init("outputs", .list(export.outputs.map(ConfigValue.text))),
      .init(
        "operators",
        .table(
          export.operators.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) })),
      .init("checked_samples", .integer(export.checkedSamples)),
      .init("largest_difference", .number(export.largestDifference)),
      .init("note", export.note.map(ConfigValue.text) ?? .null),
    ])
  }
}
