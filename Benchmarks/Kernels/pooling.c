// Pools, forward and backward: GB/s of what they must read and write with one and two threads, and a copy of as many
// bytes for comparison. See run.sh.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>

#include "peak.h"

enum { ROUNDS = 9 };

struct copy { char *to; const char *from; size_t bytes; int chunks; };

static void copy_chunk(void *context, int chunk) {
  const struct copy *job = context;
  const size_t size = job->bytes / (size_t)job->chunks;
  memcpy(job->to + (size_t)chunk * size, job->from + (size_t)chunk * size, size);
}

int main(void) {
  static const struct { long n, h, w, c, kernel, stride, pad; } shapes[] = {
    {64, 24, 24, 64, 2, 2, 0}, {64, 32, 32, 16, 2, 2, 0}, {8, 112, 112, 64, 3, 2, 1}, {8, 56, 56, 64, 3, 1, 1},
    {64, 8, 8, 64, 8, 8, 0}, {8, 7, 7, 512, 7, 7, 0}, {64, 14, 14, 10, 2, 2, 0},
  };
  printf("%s: GB/s of one and two threads: max | its gradient | mean | its gradient | copy\n", esp_instruction_set());
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    struct esp_pool s = {.n = shapes[i].n, .h = shapes[i].h, .w = shapes[i].w, .c = shapes[i].c,
      .kernel_h = shapes[i].kernel, .kernel_w = shapes[i].kernel, .stride_h = shapes[i].stride,
      .stride_w = shapes[i].stride, .pad_top = shapes[i].pad, .pad_left = shapes[i].pad,
      .pad_bottom = shapes[i].pad, .pad_right = shapes[i].pad};
    if (esp_pool_output_size(&s)) return 1;
    const long in = s.n * s.h * s.w * s.c, out = s.n * s.out_h * s.out_w * s.c;
    float *x = numbers(in), *dx = numbers(in), *y = numbers(out);
    uint16_t *taps = (uint16_t *)numbers(out / 2 + 1);
    double speed[5][2][ROUNDS];
    for (int r = 0; r < ROUNDS; r++)
      for (int threads = 1; threads <= 2; threads++)
        for (int kind = 0; kind < 5; kind++) {
          esp_set_thread_count(threads);
          const double bytes = kind == 4 ? 8.0 * (double)in : 4.0 * (double)(in + out) + (kind < 2 ? 2.0 * (double)out : 0);
          const int calls = 1 + (int)(3e7 / bytes);
          double start = 0;
          for (int c = -1; c < calls; c++) {
            if (c == 0) start = now();
            struct copy copy = {(char *)dx, (const char *)x, (size_t)in * 4, 64};
            if (kind == 0) esp_max_pool_forward(&s, x, y, taps);
            if (kind == 1) esp_max_pool_backward(&s, y, taps, dx, 0);
            if (kind == 2) esp_average_pool_forward(&s, x, y);
            if (kind == 3) esp_average_pool_backward(&s, y, dx, 0);
            if (kind == 4) esp_parallel(copy.chunks, copy_chunk, &copy);
          }
          speed[kind][threads - 1][r] = 1e-9 * bytes * calls / (now() - start);
        }
    printf("%2ldx%3ldx%3ldx%-3ld k%ld s%ld p%ld", s.n, s.h, s.w, s.c, s.kernel_h, s.stride_h, s.pad_top);
    for (int kind = 0; kind < 5; kind++)
      printf(" | %5.1f %5.1f", best(speed[kind][0], ROUNDS), best(speed[kind][1], ROUNDS));
    printf("\n");
    free(x), free(dx), free(y), free(taps);
  }
}
