import EspalierProtocols

/// The built-in views.
package let views = PluginBundle("views") {
  Flips.self
  TenCrop.self
  Repeated.self
}
