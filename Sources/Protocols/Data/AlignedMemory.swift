#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Memory for numbers, of any value: aligned to vectors, or pages, and in large pages where that pays.
///
/// Looking up the addresses of small pages costs a third of the memory's speed, and a fault every four kilobytes.
/// `deallocate()` frees it.
package func alignedMemory(bytes: Int) -> UnsafeMutableRawPointer {
  let largePage = 2 << 20
  let isLarge = bytes >= 2 * largePage
  let raw = UnsafeMutableRawPointer.allocate(
    byteCount: max(bytes, 1), alignment: isLarge ? largePage : bytes >= 4096 ? 4096 : 64)
  #if os(Linux)
    if isLarge { madvise(raw, bytes, 14) }  // MADV_HUGEPAGE; it is advice, and may fail
  #endif
  return raw
}
