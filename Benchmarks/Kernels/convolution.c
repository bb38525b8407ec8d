// Milliseconds and GFLOP/s of convolutions, forward and both gradients. See run.sh.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
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

static float *numbers(long count) {
  float *p;
  if (posix_memalign((void **)&p, 64, (size_t)count * 4)) abort();
  for (long i = 0; i < count; i++) p[i] = (float)(i % 17) - 8;
  return p;
}

int main(void) {
  static const struct { long n, h, w, c, o, kernel, stride, pad, groups; } shapes[] = {
    {64, 26, 26, 32, 64, 3, 1, 0, 1}, {64, 28, 28, 1, 32, 3, 1, 0, 1}, {64, 32, 32, 16, 16, 3, 1, 1, 1},
    {64, 16, 16, 32, 32, 3, 1, 1, 1}, {64, 8, 8, 64, 64, 3, 1, 1, 1}, {64, 32, 32, 3, 16, 3, 1, 1, 1},
    {64, 32, 32, 16, 32, 3, 2, 1, 1}, {64, 16, 16, 32, 64, 3, 2, 1, 1}, {64, 32, 32, 16, 32, 1, 2, 0, 1},
    {64, 14, 14, 64, 128, 5, 1, 2, 1}, {16, 14, 14, 256, 256, 3, 1, 1, 1}, {1, 56, 56, 64, 64, 3, 1, 1, 1},
    {64, 16, 16, 64, 64, 1, 1, 0, 1}, {64, 16, 16, 64, 64, 3, 1, 1, 64}, {64, 16, 16, 64, 64, 3, 1, 1, 4},
    {64, 1, 128, 32, 64, 5, 1, 2, 1}, {8, 112, 112, 3, 64, 7, 2, 3, 1},
  };
  printf("%s: ms with one / two threads (GFLOP/s): forward, input gradient, filter gradient\n", esp_instruction_set());
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    long flat = shapes[i].h == 1;
    struct esp_conv s = {.n = shapes[i].n, .h = shapes[i].h, .w = shapes[i].w, .c = shapes[i].c, .o = shapes[i].o,
      .kernel_h = flat ? 1 : shapes[i].kernel, .kernel_w = shapes[i].kernel, .stride_h = shapes[i].stride,
      .stride_w = shapes[i].stride, .pad_top = flat ? 0 : shapes[i].pad, .pad_bottom = flat ? 0 : shapes[i].pad,
      .pad_left = shapes[i].pad, .pad_right = shapes[i].pad, .dilation_h = 1, .dilation_w = 1,
      .groups = shapes[i].groups};
    if (esp_conv_output_size(&s)) return 1;
    long size = s.kernel_h * s.kernel_w * s.c / s.groups * s.o, pixels = s.n * s.out_h * s.out_w;
    float *x = numbers(s.n * s.h * s.w * s.c), *w = numbers(size), *y = numbers(pixels * s.o);
    float *dx = numbers(s.n * s.h * s.w * s.c), *dw = numbers(size);
    double work = 2.0 * (double)size * (double)pixels;
    printf("%2ldx%3ldx%3ld %3ld->%3ld k%ld s%ld g%-2ld", s.n, s.h, s.w, s.c, s.o, s.kernel_w, s.stride_w, s.groups);
    for (int kind = 0; kind < 3; kind++) {
      double seconds[2][15];
      for (int r = 0; r < 15; r++)
        for (int threads = 1; threads <= 2; threads++) {
          esp_set_thread_count(threads);
          int calls = 1 + (int)(4e8 / work);
          double start = 0;
          for (int c = -1; c < calls; c++) {
            if (c == 0) start = now();
            if (kind == 0) esp_conv_forward(&s, x, w, y, NULL);
            if (kind == 1) esp_conv_input_gradient(&s, y, w, dx, 0);
            if (kind == 2) esp_conv_filter_gradient(&s, x, y, dw, 0);
          }
          seconds[threads - 1][r] = (now() - start) / calls;
        }
      for (int t = 0; t < 2; t++) qsort(seconds[t], 15, sizeof(double), ascending);
      printf("  | %6.3f / %6.3f (%3.0f / %3.0f)", 1e3 * seconds[0][7], 1e3 * seconds[1][7], 1e-9 * work / seconds[0][7],
             1e-9 * work / seconds[1][7]);
    }
    printf("\n");
    free(x), free(w), free(y), free(dx), free(dw);
  }
}
