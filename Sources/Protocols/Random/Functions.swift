#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// The C library's functions under names that do not hide the tensor functions of this module.
func _log(_ x: Double) -> Double { log(x) }
func _sqrt(_ x: Double) -> Double { x.squareRoot() }
func _cos(_ x: Double) -> Double { cos(x) }
