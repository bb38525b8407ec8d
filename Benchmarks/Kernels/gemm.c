// GFLOP/s of the matrix product over shapes that training meets. See run.sh.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "EspalierKernels.h"

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return (a > b) - (a < b);
}

int main(int count, char **arguments) {
  static const struct { const char *kind; long m, n, k; double goal1, goal2; } shapes[] = {
    {"NN", 128, 512, 784, 223, 374}, {"NT", 128, 784, 512, 228, 402}, {"TN", 784, 512, 128, 250, 446},
    {"NN", 256, 2048, 2048, 216, 392}, {"NT", 256, 2048, 2048, 219, 385}, {"TN", 2048, 2048, 256, 236, 384},
    {"NN", 1024, 1024, 1024, 232, 384}, {"NT", 1024, 1024, 1024, 214, 382}, {"TN", 1024, 1024, 1024, 204, 376},
    {"NN", 64, 128, 128, 235, 392}, {"NT", 64, 128, 128, 210, 364}, {"TN", 128, 128, 64, 206, 358},
    {"NN", 32, 64, 64, 237, 344}, {"NT", 32, 64, 64, 212, 295}, {"TN", 64, 64, 32, 240, 335},
    {"NN", 32, 10, 64, 90, 81}, {"NT", 32, 64, 10, 0, 0}, {"TN", 64, 10, 32, 0, 0},
    {"NN", 1024, 384, 128, 240, 446}, {"NN", 64, 512, 128, 0, 0}, {"TN", 128, 512, 1792, 0, 0},
    {"NN", 1, 512, 784, 0, 0}, {"NN", 512, 1, 784, 0, 0}, {"NN", 4, 2048, 2048, 0, 0},
    {"NT", 1, 784, 512, 0, 0}, {"TN", 784, 1, 128, 0, 0},
  };
  const char *only = count > 1 ? arguments[1] : NULL;
  printf("%s, GFLOP/s, one thread and two (goal)\n", esp_instruction_set());
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
    long calls = 1 + (long)(4e8 / work), rounds = 15;
    double speed[2][15];
    for (int r = 0; r < rounds; r++)
      for (int threads = 1; threads <= 2; threads++) {
        esp_set_thread_count(threads);
        esp_gemm(&g);
        double start = now();
        for (long i = 0; i < calls; i++) esp_gemm(&g);
        speed[threads - 1][r] = work * (double)calls / (now() - start) * 1e-9;
      }
    for (int t = 0; t < 2; t++) qsort(speed[t], (size_t)rounds, sizeof(double), ascending);
    double one = speed[0][rounds / 2], two = speed[1][rounds / 2];
    printf("%s %5ldx%5ldx%5ld  %4.0f / %4.0f", shapes[s].kind, m, n, k, one, two);
    if (shapes[s].goal1 > 0)
      printf("   (%.0f / %.0f: %3.0f %% / %3.0f %%)", shapes[s].goal1, shapes[s].goal2, 100 * one / shapes[s].goal1,
             100 * two / shapes[s].goal2);
    printf("\n");
    free(a), free(b), free(c);
  }
}
