import EspalierKernels
import Foundation
import Testing

/// Counts how often each chunk ran; a chunk is one thread's, so plain increments do.
final class Tally {
  let counts: UnsafeMutablePointer<Int32>
  let size: Int
  init(_ size: Int) {
    self.size = size
    counts = .allocate(capacity: size)
    counts.initialize(repeating: 0, count: size)
  }
  deinit { counts.deallocate() }
  func all(_ value: Int32) -> Bool { (0..<size).allSatisfy { counts[$0] == value } }
}

extension KernelTests {
  @Suite struct Threads {
    @Test func everyChunkOnce() {
      let width = esp_thread_count()
      defer { esp_set_thread_count(width) }
      for threads in [1, 2, 3, 8, 2, 5, 1] {
        // Other tests set it too.
        #expect(
          (0..<100).contains { _ in
            esp_set_thread_count(Int32(threads))
            return esp_thread_count() == Int32(threads)
          })
        for chunks in [0, 1, 2, 7, 1000] {
          let tally = Tally(chunks)
          for _ in 0..<50 {
            esp_parallel(
              Int32(chunks), { $0!.assumingMemoryBound(to: Int32.self)[Int($1)] += 1 }, tally.counts
            )
          }
          #expect(tally.all(50), "\(threads) threads, \(chunks) chunks")
        }
      }
    }

    @Test func nestedRegionsRun() {
      let width = esp_thread_count()
      defer { esp_set_thread_count(width) }
      esp_set_thread_count(4)
      let tally = Tally(8 * 16)
      esp_parallel(
        8,
        { context, outer in
          esp_parallel(
            16, { $0!.assumingMemoryBound(to: Int32.self)[Int($1)] += 1 },
            context!.assumingMemoryBound(to: Int32.self) + 16 * Int(outer))
        }, tally.counts)
      #expect(tally.all(1))
    }

    @Test func callersAtTheSameTime() {
      let width = esp_thread_count()
      defer { esp_set_thread_count(width) }
      esp_set_thread_count(3)
      let tallies = (0..<4).map { _ in Tally(64) }
      nonisolated(unsafe) let shared = tallies
      let group = DispatchGroup()
      for i in 0..<4 {
        DispatchQueue.global().async(group: group) {
          for _ in 0..<500 {
            esp_parallel(
              64, { $0!.assumingMemoryBound(to: Int32.self)[Int($1)] += 1 }, shared[i].counts)
          }
        }
      }
      group.wait()
      for tally in tallies { #expect(tally.all(500)) }
    }

    @Test func sleepingWorkersWake() {
      let tally = Tally(8)
      for _ in 0..<20 {
        usleep(1000)
        esp_parallel(8, { $0!.assumingMemoryBound(to: Int32.self)[Int($1)] += 1 }, tally.counts)
      }
      #expect(tally.all(20))
    }

    @Test func scratchIsAlignedAndKept() {
      let first = esp_scratch(1000)!
      #expect(Int(bitPattern: first) % 64 == 0)
      #expect(esp_scratch(500)! == first)
      memset(esp_scratch(1 << 20)!, 1, 1 << 20)
      #expect(Int(bitPattern: esp_scratch(1 << 20)!) % 64 == 0)
    }
  }
}
