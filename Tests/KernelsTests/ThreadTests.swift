import EspalierKernels
import Testing
@Test func threads() { #expect(esp_thread_count() >= 1) }
