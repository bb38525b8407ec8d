import EspalierCallbacks
import EspalierHost
import EspalierProtocols

/// What a callback is to do from an epoch on should come within the run.
struct EpochReachedCheck: ConfigurationCheck {
  static let reads: Set<String> = ["callbacks", "training"]

  func check(_ run: RunConfiguration, _ catalog: Catalog) -> [Diagnostic] {
    let epochs = run.training.epochs
    return run.callbacks.enumerated().compactMap { index, callback -> Diagnostic? in
      let (epoch, name, what): (Int, String, String)
      switch callback {
      case let freeze as Freeze:
        (epoch, name, what) = (freeze.from, "from", "nothing is frozen before epoch")
      case let unfreeze as Unfreeze:
        (epoch, name, what) = (unfreeze.epoch, "epoch", "parameters stay frozen until epoch")
      case let swa as SWA:
        guard let from = swa.from else { return nil }
        (epoch, name, what) = (from, "from", "nothing is averaged before epoch")
      default: return nil
      }
      guard epoch > epochs else { return nil }
      return run.diagnostic(
        .epochNotReached, "\(what) \(epoch), which does not come",
        atPath: "callbacks[\(index)].\(callback.pluginName).\(name)",
        label: "the run has \(epochs) epochs",
        notes: [.init("its length", at: run.place(ofPath: "training.epochs"))])
    }
  }
}
