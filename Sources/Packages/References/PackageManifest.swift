import Foundation

/// What is to be known of a package before it is used, from its Package.swift.
struct PackageManifest: Codable, Hashable, Sendable {
  /// A library and those of its modules that use Espalier.
  struct Library: Codable, Hashable, Sendable {
    let product: String
    let modules: [String]
  }
  /// Where it takes Espalier from.
  enum Origin: Codable, Hashable, Sendable {
    case folder(String)
    case repository(url: String, requirement: String)
  }

  let name: String
  /// Libraries that use Espalier; no module is in two of them.
  let libraries: [Library]
  let espalier: Origin?
  /// Packages in other folders, Espalier aside.
  let folders: [String]
  /// Where the sources of targets are, tests aside, as seen from the package.
  let sources: [String]
  /// Names of libraries of any sort, for messages.
  let allLibraries: [String]

  /// Reads what `swift package dump-package` prints.
  init(dump text: String) throws(PackageProblem) {
    // The tool may write notes before the value.
    guard let start = text.firstIndex(of: "{"),
      let value = try? JSONSerialization.jsonObject(with: Data(text[start...].utf8)),
      let root = value as? [String: Any], let name = root["name"] as? String
    else { throw PackageProblem("the toolchain describes the package in a form that is not known") }
    self.name = name
    let targets = ((root["targets"] as? [[String: Any]]) ?? []).compactMap(Target.init)
    let dependencies = ((root["dependencies"] as? [[String: Any]]) ?? []).compactMap(
      Dependency.init)
    let users = Self.users(of: "Espalier", targets)
    let libraries = ((root["products"] as? [[String: Any]]) ?? []).compactMap {
      product -> (name: String, targets: [String])? in
      guard let name = product["name"] as? String, let type = product["type"] as? [String: Any],
        type["library"] != nil
      else { return nil }
      return (name, (product["targets"] as? [String]) ?? [])
    }
    allLibraries = libraries.map(\.name)
    var known = Set<String>()
    self.libraries = libraries.compactMap { library in
      let modules = library.targets.filter { users.contains($0) && known.insert($0).inserted }
      return modules.isEmpty ? nil : Library(product: library.name, modules: modules)
    }
    let provider = targets.lazy.flatMap(\.products).first { $0.name == "Espalier" }?.package
    let espalier = dependencies.first { $0.answers(to: provider ?? "Espalier") }
    self.espalier = espalier?.origin
    folders = dependencies.compactMap { dependency in
      guard dependency.identity != espalier?.identity, case .folder(let path)? = dependency.origin
      else { return nil }
      return path
    }
    sources = targets.filter { $0.type != "test" }.compactMap(\.path)
  }

  /// The targets that use a product, themselves or through others of the package.
  private static func users(of product: String, _ targets: [Target]) -> Set<String> {
    let names = Set(targets.map(\.name))
    var users = Set(
      targets.filter { target in
        target.products.contains { $0.name == product }
          || (!names.contains(product) && target.names.contains(product))
      }.map(\.name))
    while true {
      let more = targets.filter { !users.contains($0.name) && !users.isDisjoint(with: $0.names) }
      if more.isEmpty { return users }
      users.formUnion(more.map(\.name))
    }
  }

  private struct Target {
    let name: String
    let type: String
    let path: String?
    /// Products of other packages, and the package's name where it is given.
    var products: [(name: String, package: String?)] = []
    /// Targets of this package, and products that are named like them.
    var names: [String] = []

    init?(_ value: [String: Any]) {
      guard let name = value["name"] as? String else { return nil }
      self.name = name
      type = (value["type"] as? String) ?? "regular"
      path = value["path"] as? String
      for dependency in (value["dependencies"] as? [[String: Any]]) ?? [] {
        for (key, parts) in dependency {
          guard let parts = parts as? [Any], let name = parts.first as? String else { continue }
          if key == "product" {
            products.append((name, parts.count > 1 ? parts[1] as? String : nil))
          } else {
            names.append(name)
          }
        }
      }
    }
  }

  private struct Dependency {
    let identity: String
    let name: String?
    let origin: Origin?

    init?(_ value: [String: Any]) {
      guard let (key, list) = value.first, let entry = (list as? [[String: Any]])?.first,
        let identity = entry["identity"] as? String
      else { return nil }
      self.identity = identity
      name = entry["nameForTargetDependencyResolutionOnly"] as? String
      switch key {
      case "fileSystem": origin = (entry["path"] as? String).map(Origin.folder)
      case "sourceControl":
        let location = entry["location"] as? [String: Any]
        let remote = (location?["remote"] as? [[String: Any]])?.first?["urlString"] as? String
        let local = (location?["local"] as? [String])?.first
        let requirement = (entry["requirement"] as? [String: Any]).flatMap(Self.requirement)
        if let url = remote ?? local, let requirement {
          origin = .repository(url: url, requirement: requirement)
        } else {
          origin = nil
        }
      default: origin = nil
      }
    }

    func answers(to name: String) -> Bool {
      identity == name.lowercased() || self.name == name
    }

    /// As a manifest writes it.
    private static func requirement(_ value: [String: Any]) -> String? {
      func literal(_ text: String) -> String { EspalierDependency.literal(text) }
      if let range = (value["range"] as? [[String: String]])?.first,
        let lower = range["lowerBound"], let upper = range["upperBound"]
      {
        return "\(literal(lower))..<\(literal(upper))"
      }
      for key in ["exact", "branch", "revision"] {
        if let text = (value[key] as? [String])?.first { return "\(key): \(literal(text))" }
      }
      return nil
    }
  }
}
