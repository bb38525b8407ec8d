import EspalierFormats
import EspalierProtocols
import Foundation

/// All state of a run in one safetensors file, which appears complete or not at all.
///
/// Weights stand under their own names, the optimizer's state under `optimizer.…`, the best weights so
/// far under `best/…`; where the run stands is JSON in the metadata, with a checksum over all numbers.
struct CheckpointFile {
  private struct State: Codable {
    var format: Int
    var progress: Progress
    var callbacks: [CallbackMemory]
    var callbackNames: [String]
    var hasBest: Bool
  }
  private static let format = 1

  let progress: Progress
  let callbackNames: [String]
  let callbacks: [CallbackMemory]
  let variables: [String: [Float]]
  let best: [String: [Float]]?

  static func path(_ folder: String, _ name: String) -> String {
    folder + "/checkpoints/" + name + ".safetensors"
  }

  // MARK: Writing

  static func write(
    to path: String, progress: Progress, controller: RunController, programs: ModelPrograms
  ) throws {
    // Read one by one, twice: a copy of all state at once would be most of the memory that a run takes.
    var items: [SafeTensors.Item] = []
    for variable in programs.variables.variables where variable.role != .flat {
      items.append(
        .init(
          variable.name, variable.shape.dimensions,
          .deferred(count: variable.shape.count) { programs.memory.read(variable) }))
    }
    for (variable, values) in controller.best ?? [] {
      items.append(.init("best/" + variable.name, variable.shape.dimensions, .floats(values)))
    }
    let state = State(
      format: format, progress: progress, callbacks: controller.memories,
      callbackNames: controller.callbacks.map(\.pluginName), hasBest: controller.best != nil)
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(state), as: UTF8.self)
    let metadata = [
      "format": "espalier-checkpoint", "state": text,
      "checksum": checksum(items.map { ($0.name, $0.floats) }, text),
    ]
    do { try SafeTensors.write(items, metadata: metadata, to: path) } catch {
      throw RunFailure("\(path): \(error)")
    }
  }

  /// FNV-1a over names and numbers, in the order of names.
  private static func checksum(
    _ items: [(name: String, values: () -> [Float])], _ text: String
  ) -> String {
    var hash: UInt64 = 14_695_981_039_346_656_037
    func add(_ word: UInt64) { hash = (hash ^ word) &* 1_099_511_628_211 }
    for byte in text.utf8 { add(UInt64(byte)) }
    for (name, values) in items.sorted(by: { $0.name < $1.name }) {
      for byte in name.utf8 { add(UInt64(byte)) }
      for value in values() { add(UInt64(value.bitPattern)) }
    }
    return String(hash, radix: 16)
  }

  // MARK: Reading

  /// - Throws: ``RunFailure`` when the file is missing, damaged, or no checkpoint.
  init(_ path: String) throws {
    let file: SafeTensorsFile
    var items: [(String, [Int], [Float])] = []
    do {
      file = try SafeTensors.read(path)
      for name in file.names {
        let (shape, values) = try file.tensor(name)
        items.append((name, shape, values))
      }
    } catch {
      throw RunFailure("\(error)")
    }
    guard file.metadata["format"] == "espalier-checkpoint", let text = file.metadata["state"] else {
      throw RunFailure("\(path) is no checkpoint of Espalier")
    }
    guard
      file.metadata["checksum"] == Self.checksum(items.map { item in (item.0, { item.2 }) }, text)
    else {
      throw RunFailure("\(path) is damaged: its checksum does not fit its content")
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let state = try? decoder.decode(State.self, from: Data(text.utf8)),
      state.format == Self.format
    else {
      throw RunFailure("\(path) was written by another version of Espalier")
    }
    progress = state.progress
    callbacks = state.callbacks
    callbackNames = state.callbackNames
    var variables: [String: [Float]] = [:]
    var best: [String: [Float]] = [:]
    for (name, _, values) in items {
      if name.hasPrefix("best/") {
        best[String(name.dropFirst(5))] = values
      } else {
        variables[name] = values
      }
    }
    self.variables = variables
    self.best = state.hasBest ? best : nil
  }

  /// Puts the state back; the programs of a training step must be recorded already.
  func restore(_ programs: ModelPrograms, _ controller: RunController, path: String) throws {
    for variable in programs.variables.variables where variable.role != .flat {
      guard let values = variables[variable.name], values.count == variable.shape.count else {
        throw RunFailure(
          "\(path) has no values for `\(variable.name)` \(variable.shape): the config was changed since"
        )
      }
      programs.memory.write(variable, values)
    }
    if let best {
      controller.setBest(
        programs.saved.compactMap { variable in best[variable.name].map { (variable, $0) } })
    }
    restoreCallbacks(controller)
    controller.progress = progress
  }
  /// Gives callbacks what those of their names remembered, in order.
  ///
  /// One that is new begins afresh: a run may go on with another display, or other callbacks set.
  private func restoreCallbacks(_ controller: RunController) {
    var left = Array(zip(callbackNames, callbacks))
    let memories = zip(controller.callbacks, controller.memories).map { callback, fresh in
      guard let place = left.firstIndex(where: { $0.0 == callback.pluginName }) else {
        return fresh
      }
      return left.remove(at: place).1
    }
    controller.restore(memories)
  }
}
