// GFLOP/s of the matrix product over shapes that training meets, and shares of the peak, measured round by round. See run.sh.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peak.h"

int main(int count, char **arguments) {
  static const struct { const char *kind; long m, n, k; } shapes[] = {
    {"NN", 128, 512, 784}, {"NT", 128, 784, 512}, {"TN", 784, 512, 128},
    {"NN", 256, 2048, 2048}, {"NT", 256, 2048, 2048}, {"TN", 2048, 2048, 256},
    {"NN", 1024, 1024, 1024}, {"NT", 1024, 1024, 1024}, {"TN", 1024, 1024, 1024},
    {"NN", 64, 128, 128}, {"NT", 64, 128, 128}, {"TN", 128, 128, 64},
    {"NN", 32, 64, 64}, {"NT", 32, 64, 64}, {"TN", 64, 64, 32},
    {"NN", 32, 10, 64}, {"NT", 32, 64, 10}, {"TN", 64, 10, 32},
    {"NN", 1024, 384, 128}, {"NN", 64, 512, 128}, {"TN", 128, 512, 1792},
    {"NN", 1, 512, 784}, {"NN", 512, 1, 784}, {"NN", 4, 2048, 2048},
    {"NT", 1, 784, 512}, {"TN", 784, 1, 128},
  };
  const char *only = count > 1 ? arguments[1] : NULL;
  printf("%s, GFLOP/s, one thread and two (share of the peak)\n", esp_instruction_set());
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    if (only && strcmp(only, shapes[s].kind)) continue;
    long m = shapes[s].m, n = shapes[s].n, k = shapes[s].k;
    float *a, *b, *c;
    if (posix_memalign((void **)&a, 64, (size_t)(m * k) * 4) || posix_memalign((void **)&b, 64, (size_t)(k * n) * 4) ||
        posix_memalign((void **)&c, 64, (size_t)(m * n) * 4)) return 1;
    for (long i = 0; i < m * k; i++) a[i] = (float)(i % 17) - 8;
    for (long i = 0; i < k * n; i++) b[i] = (float)(i % 13) - 6;
    struct esp_gemm g = {.m = m, .n = n, .k = k, .a = a, .b = b, .c = c, .ldc = n};
    g.transpose_a = shapes[s].kind[0] == 'T', g.transpose_b = shapes[s].kind[1] == 'T';
    g.lda = g.transpose_a ? m : k, g.ldb = g.transpose_b ? k : n;
    double work = 2.0 * (double)m * (double)n * (double)k;
    const long calls = 1 + (long)(1e8 / work);
    enum { rounds = 15 };
    double speed[2][15], peak[2][15];
    for (int r = 0; r < rounds; r++)
      for (int threads = 1; threads <= 2; threads++) {
        peak[threads - 1][r] = measured_peak(threads);
        esp_gemm(&g);
        double start = now();
        for (long i = 0; i < calls; i++) esp_gemm(&g);
        speed[threads - 1][r] = work * (double)calls / (now() - start) * 1e-9;
      }
    const double one = best(speed[0], rounds), two = best(speed[1], rounds);
    printf("%s %5ldx%5ldx%5ld  %4.0f / %4.0f   (%3.0f %% / %3.0f %%)\n", shapes[s].kind, m, n, k, one, two,
           100 * one / best(peak[0], rounds), 100 * two / best(peak[1], rounds));
    free(a), free(b), free(c);
  }
}
