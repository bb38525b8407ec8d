#include "isa.h"
#include <stdatomic.h>
#include <stddef.h>
#include "lanes.h"

static int best_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512vl"))
    return ESP_ISA_AVX512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return ESP_ISA_AVX2;
#endif
  return ESP_ISA_BASELINE;
}

// -1: not yet asked. Several threads may find out at once; they find the same.
static _Atomic int level = -1;

int esp_instruction_set(void) {
  int now = atomic_load_explicit(&level, memory_order_relaxed);
  if (now < 0) {
    now = best_level();
    atomic_store_explicit(&level, now, memory_order_relaxed);
  }
  return now;
}

int esp_set_instruction_set(int wanted) {
  int best = best_level();
  int now = wanted < 0 ? 0 : wanted > best ? best : wanted;
  atomic_store_explicit(&level, now, memory_order_relaxed);
  return now;
}

const esp_lanes *esp_current_lanes(void) {
  switch (esp_instruction_set()) {
#if defined(__x86_64__)
  case ESP_ISA_AVX512: return &esp_lanes_avx512;
  case ESP_ISA_AVX2: return &esp_lanes_avx2;
#endif
  default: return &esp_lanes_baseline;
  }
}
