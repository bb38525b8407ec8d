#include "instructions.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "tiles.h"

static const struct esp_kernels *named(const char *name) {
  if (strcmp(name, "plain") == 0 || strcmp(name, esp_kernels_plain.name) == 0) return &esp_kernels_plain;
#if defined(__x86_64__)
  __builtin_cpu_init();
  // `supports` also asks whether the system saves the wide registers.
  int has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (strcmp(name, "avx2") == 0 && has_avx2) return &esp_kernels_avx2;
  if (strcmp(name, "avx512") == 0 && has_avx2 && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
    return &esp_kernels_avx512;
#endif
  return NULL;
}

static _Atomic(const struct esp_kernels *) chosen;
static atomic_int asked_for;  // by the environment; written before `chosen`

// A thread's own choice, for tests: others that run beside it keep theirs.
static _Thread_local const struct esp_kernels *own;

const struct esp_kernels *esp_use_kernels(const struct esp_kernels *kernels) {
  const struct esp_kernels *before = own;
  own = kernels;
  return before;
}

const struct esp_kernels *esp_kernels(void) {
  if (own) return own;
  const struct esp_kernels *kernels = atomic_load_explicit(&chosen, memory_order_acquire);
  if (kernels) return kernels;
  const char *asked = getenv("ESPALIER_ISA");
  if (asked) kernels = named(asked);
  if (kernels) atomic_store_explicit(&asked_for, 1, memory_order_relaxed);
  if (!kernels) kernels = named("avx512");
  if (!kernels) kernels = named("avx2");
  if (!kernels) kernels = &esp_kernels_plain;
  atomic_store_explicit(&chosen, kernels, memory_order_release);
  return kernels;
}

int esp_kernels_are_by_default(void) {
  if (own) return 0;
  esp_kernels();
  return !atomic_load_explicit(&asked_for, memory_order_relaxed);
}

const struct esp_pair_kernels *esp_pair_kernels(void) {
#if defined(__x86_64__)
  static atomic_int known;  // 0: not asked yet, 1: no, 2: yes
  int has = atomic_load_explicit(&known, memory_order_relaxed);
  if (!has) {
    __builtin_cpu_init();
    has = __builtin_cpu_supports("avx512bf16") ? 2 : 1;
    atomic_store_explicit(&known, has, memory_order_relaxed);
  }
  if (has == 2 && esp_kernels() == &esp_kernels_avx512) return &esp_kernels_avx512_bf16;
#endif
  return NULL;
}

const char *esp_instruction_set(void) { return esp_kernels()->name; }

int esp_set_instruction_set(const char *name) {
  const struct esp_kernels *kernels = name ? named(name) : NULL;
  if (name && !kernels) return -1;
  own = kernels;
  return 0;
}
