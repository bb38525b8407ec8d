import EspalierProtocols

/// The built-in normalizers.
package let normalizers = PluginBundle("normalizers") {
  Standardize.self
  Center.self
  MinMax.self
  MaxAbs.self
  Robust.self
  UnitNorm.self
  Proportion.self
  Scale.self
}
