import EspalierFormats
import EspalierProtocols

/// The values that a saved model has under the parameter's name, from a .safetensors file.
///
/// With a mapping, `{dense_1: encoder.fc}` finds `dense_1.weight` as `encoder.fc.weight`, and a
/// whole name such as `dense_1.weight` stands for itself alone; the prefix is put before all other
/// names.
public struct Pretrained: Initializer {
  public static let manifest = Manifest(
    "pretrained", "the values of a saved model, by the parameter's name",
    sample: "{pretrained: {path: weights.safetensors}}")

  @Parameter("the .safetensors file") public var path: FilePath
  @Parameter("put before a parameter's name to get its name in the file, such as `encoder.`")
  public var prefix = ""
  @Parameter("names in the file, by names of parameters or of their layers")
  public var mapping: [String: String] = [:]

  public init() {}
  public init(_ path: FilePath, prefix: String = "", mapping: [String: String] = [:]) {
    self.path = path
    self.prefix = prefix
    self.mapping = mapping
  }

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) throws
    -> [Float]
  {
    let place = path.text.hasPrefix("/") ? path.text : parameter.folder + "/" + path.text
    let name = nameInFile(of: parameter.name)
    let file: SafeTensorsFile
    let found: (shape: [Int], values: [Float])?
    do {
      file = try SafeTensors.read(place)
      found = file[name] == nil ? nil : try file.tensor(name)
    } catch { throw PluginError("\(error)", parameter: "path") }
    guard let found else { throw missing(name, parameter, in: file) }
    guard Shape(found.shape) == parameter.shape else {
      throw PluginError(
        "`\(name)` in \(place) is \(Shape(found.shape)), but the parameter `\(parameter.name)` is "
          + "\(parameter.shape)", parameter: "path")
    }
    return found.values
  }

  func nameInFile(of name: String) -> String {
    if let mapped = mapping[name] { return mapped }
    // The innermost layer that is mapped decides.
    let layer = mapping.keys.filter { name.hasPrefix($0 + ".") }.max {
      $0.utf8.count < $1.utf8.count
    }
    guard let layer, let mapped = mapping[layer] else { return prefix + name }
    return mapped + name.dropFirst(layer.count)
  }

  private func missing(
    _ name: String, _ parameter: ParameterDescription, in file: SafeTensorsFile
  ) -> PluginError {
    // What has the right shape is the likelier one, whatever its name.
    let nearest = file.names.map { candidate in
      let fits = file[candidate].map { Shape($0.shape) == parameter.shape } ?? false
      return (name: candidate, rank: (fits ? 0 : 1, distance(candidate, name)))
    }.sorted { $0.rank < $1.rank }.prefix(3)
    let hint =
      nearest.isEmpty
      ? "the file holds no arrays"
      : "the nearest of its \(file.names.count) names: "
        + nearest.map { "`\($0.name)` \(Shape(file[$0.name]?.shape ?? []))" }.joined(
          separator: ", ")
    return PluginError(
      "\(file.path) has no `\(name)` for the parameter `\(parameter.name)` \(parameter.shape); "
        + "\(hint). `prefix` and `mapping` translate names", parameter: "path")
  }
}

/// The number of letters to change, insert or remove to get from one text to another.
private func distance(_ a: String, _ b: String) -> Int {
  let b = Array(b.utf8)
  var row = Array(0...b.count)
  for (i, left) in a.utf8.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, right) in b.enumerated() {
      let change = diagonal + (left == right ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}
