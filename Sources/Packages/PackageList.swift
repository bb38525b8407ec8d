import EspalierYAML
import Foundation

/// A file that names packages: `plugins:` and a list of references.
package enum PackageList {
  /// The references in a file; relative ones are relative to the file's folder.
  ///
  /// - Throws: ``PackageProblem`` with the place of what is wrong.
  package static func read(
    _ path: String, home: String?
  ) throws(PackageProblem) -> [PackageReference] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw PackageProblem("\(path) cannot be read", remedy: "see whether it is there")
    }
    let node: Node
    do throws(YAMLError) { node = try YAML.parse(bytes: Array(data), name: path) } catch {
      throw PackageProblem("\(error)")
    }
    func wrong(_ node: Node, _ message: String) -> PackageProblem {
      let place = node.start.map { ":\($0.line):\($0.column)" } ?? ""
      return PackageProblem(
        "\(path)\(place): \(message)", remedy: "write `plugins: [./AcmePlugins]`")
    }
    guard case .mapping(let entries) = node.content else {
      throw wrong(node, "the file needs the key `plugins` with a list of packages")
    }
    for entry in entries where entry.key.text != "plugins" {
      throw wrong(entry.key, "`\(entry.key.text ?? "")` is no key of such a file: `plugins` is all")
    }
    guard let entry = entries.first, case .sequence(let items) = entry.value.content,
      !items.isEmpty
    else { throw wrong(entries.first?.value ?? node, "`plugins` takes a list of packages") }
    var result: [PackageReference] = []
    for item in items {
      guard let text = item.text, !text.isEmpty else {
        throw wrong(item, "a package is named by its folder or its address")
      }
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      do throws(PackageProblem) {
        result.append(try PackageReference(text, relativeTo: folder, home: home))
      } catch { throw wrong(item, "\(error)") }
    }
    return result
  }
}
