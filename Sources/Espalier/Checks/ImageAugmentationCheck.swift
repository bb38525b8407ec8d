import EspalierHost
import EspalierProjections
import EspalierProtocols
import EspalierSources

/// Augmentations of images need images.
struct ImageAugmentationCheck: ConfigurationCheck {
  static let reads: Set<String> = ["data"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    guard let (why, path) = reasonForRows(run) else { return [] }
    return run.data.augment.enumerated().compactMap { index, augmentation in
      // Any number of features will do: what takes rows takes all of them.
      guard (try? augmentation.check([64])) == nil,
        (try? augmentation.check([3, 64, 64])) != nil
      else { return nil }
      return run.diagnostic(
        .imagesExpected, "\(augmentation.pluginName) changes images, but \(why)",
        atPath: "data.augment[\(index)]", label: "leave it out, or keep images",
        notes: [.init("makes rows of features", at: run.place(ofPath: path))])
    }
  }

  /// Why samples are no images by the time they are augmented, and where that is said.
  private func reasonForRows(_ run: RunConfiguration) -> (String, String)? {
    if let selector = run.data.select.first {
      return ("\(selector.pluginName) leaves none", "data.select")
    }
    if let projection = run.data.project.first(where: { $0 is PCA || $0 is PCAWhitening }) {
      return ("\(projection.pluginName) leaves none", "data.project")
    }
    if let source = run.data.source as? CSVSource, source.shape.isEmpty {
      return ("the table has no `shape`", "data.source")
    }
    return nil
  }
}
