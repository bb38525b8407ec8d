#ifndef ESPALIER_BENCHMARK_PEAK_H
#define ESPALIER_BENCHMARK_PEAK_H
// What the kernel benchmarks share: time, and the rate of multiply-adds that the machine reaches at its best.
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "EspalierKernels.h"

static inline double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/// What is interrupted is only ever slower, so the best of some rounds says most.
static inline double best(const double *values, int count) {
  double most = values[0];
  for (int i = 1; i < count; i++) most = values[i] > most ? values[i] : most;
  return most;
}

static inline float *numbers(long count) {
  float *p;
  if (posix_memalign((void **)&p, 64, (size_t)count * sizeof(float))) abort();
  for (long i = 0; i < count; i++) p[i] = (float)(i % 17) - 8;
  return p;
}

// Sums in registers, enough of them to hide the latency of a multiply-add. A set of instructions has its own.
enum { PEAK_SUMS = 12, PEAK_STEPS = 20000 };

#define PEAK(name, target, width) \
  target static float name(void) { \
    _Pragma("clang fp contract(fast)") \
    typedef float vector __attribute__((vector_size(4 * width))); \
    vector sum[PEAK_SUMS], x = (vector){0} + 0.999f, y = (vector){0} + 1e-3f; \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < PEAK_SUMS; i++) sum[i] = (vector){0} + (float)i; \
    for (long k = 0; k < PEAK_STEPS; k++) { \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < PEAK_SUMS; i++) { \
        sum[i] = sum[i] * x + y; \
        __asm__ volatile("" : "+" PEAK_REGISTER(sum[i])); \
      } \
    } \
    float total = 0; \
    for (int i = 0; i < PEAK_SUMS; i++) for (int l = 0; l < width; l++) total += sum[i][l]; \
    return total; \
  }
#if defined(__x86_64__)
#define PEAK_REGISTER(v) "v"(v)
PEAK(peak_avx512, __attribute__((target("avx512f"))), 16)
PEAK(peak_avx2, __attribute__((target("avx2,fma"))), 8)
#else
#define PEAK_REGISTER(v) "w"(v)
#endif
PEAK(peak_plain, , 4)

static inline void peak_task(void *context, int chunk) {
  (void)chunk;
  float (*run)(void) = *(float (**)(void))context;
  volatile float sink = run();
  (void)sink;
}

/// Multiply-adds of the instruction set in use on so many threads, as 10⁹ operations a second (a multiply-add is two).
/// Takes less than a millisecond. It sets the number of threads.
static inline double measured_peak(int threads) {
  float (*run)(void) = peak_plain;
  long width = 4;
#if defined(__x86_64__)
  if (!strcmp(esp_instruction_set(), "avx512")) run = peak_avx512, width = 16;
  if (!strcmp(esp_instruction_set(), "avx2")) run = peak_avx2, width = 8;
#endif
  esp_set_thread_count(threads);
  const int chunks = 4 * threads;
  esp_parallel(threads, peak_task, &run);
  const double start = now();
  esp_parallel(chunks, peak_task, &run);
  return 2e-9 * (double)(width * PEAK_SUMS) * PEAK_STEPS * chunks / (now() - start);
}

#endif
