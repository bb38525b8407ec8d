import EspalierFormats
import EspalierProtocols

/// The values that a saved model has under the parameter's name, from a .safetensors file.
///
/// With a mapping, `{dense_1: encoder.fc}` finds `dense_1.weight` as `encoder.fc.weight`, and a
/// whole name such as `dense_1.weight` stands for itself alone; `{conv2d_*: features.*}` translates many
/// at once. The prefix is put before all other names. `start_from` of a config loads whole models.
public struct Pretrained: Initializer {
  public static let manifest = Manifest(
    "pretrained", "the values of a saved model, by the parameter's name",
    sample: "{pretrained: {path: weights.safetensors}}")

  @Parameter("the .safetensors file") public var path: FilePath
  @Parameter("put before a parameter's name to get its name in the file, such as `encoder.`")
  public var prefix = ""
  @Parameter(
    "names in the file, by names of parameters or of their layers; `*` stands for the same on both sides"
  )
  public var mapping: [String: String] = [:]

  public init() {}
  public init(_ path: FilePath, prefix: String = "", mapping: [String: String] = [:]) {
    self.path = path
    self.prefix = prefix
    self.mapping = mapping
  }

  public func validate() throws {
    if let key = NameMapping(mapping).unfillable {
      throw PluginError(
        "`\(mapping[key] ?? "")` has more `*` than its key `\(key)`, which could fill them",
        parameter: "mapping")
    }
  }

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) throws
    -> [Float]
  {
    let place = path.text.hasPrefix("/") ? path.text : parameter.folder + "/" + path.text
    let name = NameMapping(mapping, prefix: prefix).name(of: parameter.name)
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

  private func missing(
    _ name: String, _ parameter: ParameterDescription, in file: SafeTensorsFile
  ) -> PluginError {
    let nearest = file.nearest(to: name, shape: parameter.shape.dimensions)
    let hint =
      nearest.isEmpty
      ? "the file holds no arrays"
      : "the nearest of its \(file.names.count) names: "
        + nearest.map { "`\($0.name)` \(Shape($0.shape))" }.joined(separator: ", ")
    return PluginError(
      "\(file.path) has no `\(name)` for the parameter `\(parameter.name)` \(parameter.shape); "
        + "\(hint). `prefix` and `mapping` translate names", parameter: "path")
  }
}
