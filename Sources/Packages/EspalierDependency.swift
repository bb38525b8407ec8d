import Foundation

/// How a package that is written depends on Espalier.
package enum EspalierDependency: Sendable, Hashable {
  /// A checkout.
  case folder(String)
  /// A repository, and what follows the address in a manifest: `from: "1.2.0"`, `branch: "main"`.
  case repository(url: String, requirement: String)

  /// The checkout that the environment names (`ESPALIER_PACKAGE`), else the one that this program was
  /// built from, if it is still there.
  ///
  /// - Throws: ``PackageProblem`` when there is neither.
  package static func standard(
    environment: [String: String]
  ) throws(PackageProblem) -> EspalierDependency {
    if let named = environment["ESPALIER_PACKAGE"], !named.isEmpty {
      return .folder(try checkout(named, as: "ESPALIER_PACKAGE"))
    }
    let built = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    guard isCheckout(built) else {
      throw PackageProblem(
        "the sources of Espalier are not at \(built), from where this program was built",
        remedy: "name a checkout with --espalier DIR or in ESPALIER_PACKAGE")
    }
    return .folder(built)
  }

  /// The full path of a folder that is a checkout of Espalier.
  ///
  /// - Parameter name: what the folder was given as, for the message.
  package static func checkout(
    _ path: String, as name: String
  ) throws(PackageProblem) -> String {
    let full = URL(fileURLWithPath: path).standardizedFileURL.path
    guard isCheckout(full) else {
      throw PackageProblem(
        "\(name): \(path) is no checkout of Espalier: it has no Sources/Espalier")
    }
    return full
  }

  private static func isCheckout(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/Package.swift")
      && FileManager.default.fileExists(atPath: path + "/Sources/Espalier/EntryPoint.swift")
  }

  /// The line among a manifest's dependencies.
  package var declaration: String {
    switch self {
    case .folder(let path): ".package(name: \"Espalier\", path: \(Self.literal(path)))"
    case .repository(let url, let requirement):
      ".package(url: \(Self.literal(url)), \(requirement))"
    }
  }

  /// The name by which targets refer to the package.
  package var packageName: String {
    switch self {
    case .folder: "Espalier"
    case .repository(let url, _):
      // A repository is known by the last part of its address.
      URL(fileURLWithPath: url).deletingPathExtension().lastPathComponent
    }
  }

  /// A text as Swift writes it.
  package static func literal(_ text: String) -> String {
    var result = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(character)
      }
    }
    return result + "\""
  }
}
