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
  /// Stays open: values are read when they are wanted.
  private let file: SafeTensorsFile
  private let hasBest: Bool
  private static let best = "best/"

  static func path(_ folder: String, _ name: String) -> String {
    folder + "/checkpoints/" + name + ".safetensors"
  }

  // MARK: Writing

  static func write(
    to path: String, progress: Progress, controller: RunController, programs: ModelPrograms
  ) throws {
    // Read piece by piece, twice: a copy of all state at once would be most of the memory that a run takes.
    var arrays: [NamedArray] = []
    for variable in programs.variables.variables where variable.role != .flat {
      arrays.append(
        NamedArray(name: variable.name, shape: variable.shape.dimensions) {
          programs.memory.read(variable, $0)
        })
    }
    for item in controller.best?.items ?? [] {
      arrays.append(
        NamedArray(
          name: best + item.variable.name, shape: item.variable.shape.dimensions, read: item.read))
    }
    let state = State(
      format: format, progress: progress, callbacks: controller.memories,
      callbackNames: controller.callbacks.map(\.pluginName), hasBest: controller.best != nil)
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(state), as: UTF8.self)
    do {
      let metadata = [
        "format": "espalier-checkpoint", "state": text, "checksum": try checksum(arrays, text),
      ]
      try SafeTensors.write(
        arrays.map { .init($0.name, $0.shape, .deferred(count: $0.count, $0.read)) },
        metadata: metadata, to: path)
    } catch {
      throw RunFailure("\(path): \(error)")
    }
  }

  private struct NamedArray {
    let name: String
    let shape: [Int]
    let read: (Range<Int>) throws -> [Float]
    var count: Int { shape.reduce(1, *) }
  }

  /// FNV-1a over names and numbers, in the order of names.
  private static func checksum(_ arrays: [NamedArray], _ text: String) throws -> String {
    var hash: UInt64 = 14_695_981_039_346_656_037
    func add(_ word: UInt64) { hash = (hash ^ word) &* 1_099_511_628_211 }
    for byte in text.utf8 { add(UInt64(byte)) }
    for array in arrays.sorted(by: { $0.name < $1.name }) {
      for byte in array.name.utf8 { add(UInt64(byte)) }
      for piece in SafeTensors.pieces(of: array.count) {
        for value in try array.read(piece) { add(UInt64(value.bitPattern)) }
      }
    }
    return String(hash, radix: 16)
  }

  // MARK: Reading

  /// - Throws: ``RunFailure`` when the file is missing, damaged, or no checkpoint.
  init(_ path: String) throws {
    let file: SafeTensorsFile
    do { file = try SafeTensors.read(path) } catch { throw RunFailure("\(error)") }
    guard file.metadata["format"] == "espalier-checkpoint", let text = file.metadata["state"] else {
      throw RunFailure("\(path) is no checkpoint of Espalier")
    }
    let found: String
    do {
      let arrays = file.names.map { name in
        NamedArray(name: name, shape: file[name]?.shape ?? []) { try file.values(name, $0) }
      }
      found = try Self.checksum(arrays, text)
    } catch { throw RunFailure("\(error)") }
    guard file.metadata["checksum"] == found else {
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
    self.file = file
    hasBest = state.hasBest
  }

  /// Puts the state back; the programs of a training step must be recorded already.
  func restore(_ programs: ModelPrograms, _ controller: RunController, path: String) throws {
    for variable in programs.variables.variables where variable.role != .flat {
      guard let entry = file[variable.name], entry.count == variable.shape.count else {
        throw RunFailure(
          "\(path) has no values for `\(variable.name)` \(variable.shape): the config was changed since"
        )
      }
      try read { try programs.write(variable) { try file.values(variable.name, $0) } }
    }
    if hasBest {
      controller.setBest(
        VariableSnapshot(
          programs.saved.filter { file[Self.best + $0.name]?.count == $0.shape.count }.map {
            variable in
            .init(variable: variable) { try file.values(Self.best + variable.name, $0) }
          }))
    }
    restoreCallbacks(controller)
    controller.progress = progress
  }

  private func read(_ body: () throws -> Void) throws {
    do { try body() } catch { throw RunFailure("\(error)") }
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
