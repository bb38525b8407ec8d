// Convolutions, forward and both gradients: GFLOP/s with one and two threads, and their share of the peak of
// multiply-adds, which is measured between the rounds. See run.sh; arguments name groups of shapes, else all run.
#define _GNU_SOURCE
#include <stdio.h>

#include "peak.h"

struct shape { const char *group; long n, h, w, c, o, kernel, stride, pad, groups; };

static const struct shape shapes[] = {
  {"resnet", 64, 32, 32, 3, 16, 3, 1, 1, 1}, {"resnet", 64, 32, 32, 16, 16, 3, 1, 1, 1},
  {"resnet", 64, 32, 32, 16, 32, 3, 2, 1, 1}, {"resnet", 64, 32, 32, 16, 32, 1, 2, 0, 1},
  {"resnet", 64, 16, 16, 32, 32, 3, 1, 1, 1}, {"resnet", 64, 16, 16, 32, 64, 3, 2, 1, 1},
  {"resnet", 64, 16, 16, 32, 64, 1, 2, 0, 1}, {"resnet", 64, 8, 8, 64, 64, 3, 1, 1, 1},
  {"cnn", 64, 28, 28, 1, 32, 3, 1, 0, 1}, {"cnn", 64, 26, 26, 32, 64, 3, 1, 0, 1},
  {"imagenet", 8, 56, 56, 64, 64, 3, 1, 1, 1}, {"imagenet", 8, 28, 28, 128, 128, 3, 1, 1, 1},
  {"imagenet", 8, 14, 14, 256, 256, 3, 1, 1, 1}, {"imagenet", 8, 7, 7, 512, 512, 3, 1, 1, 1},
  {"imagenet", 8, 56, 56, 64, 256, 1, 1, 0, 1}, {"imagenet", 8, 56, 56, 256, 64, 1, 1, 0, 1},
  {"imagenet", 8, 112, 112, 3, 64, 7, 2, 3, 1}, {"imagenet", 1, 56, 56, 64, 64, 3, 1, 1, 1},
  {"depthwise", 64, 16, 16, 64, 64, 3, 1, 1, 64}, {"depthwise", 8, 56, 56, 128, 128, 3, 1, 1, 128},
  {"depthwise", 8, 56, 56, 128, 128, 3, 2, 1, 128}, {"depthwise", 8, 14, 14, 512, 512, 5, 1, 2, 512},
  {"other", 64, 14, 14, 64, 128, 5, 1, 2, 1}, {"other", 64, 16, 16, 64, 64, 3, 1, 1, 4},
  {"other", 64, 1, 128, 32, 64, 5, 1, 2, 1}, {"other", 64, 15, 15, 24, 40, 3, 1, 1, 1},
};

enum { ROUNDS = 9 };

static void run(const struct shape *p) {
  const long flat = p->h == 1;
  struct esp_conv s = {.n = p->n, .h = p->h, .w = p->w, .c = p->c, .o = p->o, .kernel_h = flat ? 1 : p->kernel,
    .kernel_w = p->kernel, .stride_h = p->stride, .stride_w = p->stride, .pad_top = flat ? 0 : p->pad,
    .pad_bottom = flat ? 0 : p->pad, .pad_left = p->pad, .pad_right = p->pad, .dilation_h = 1, .dilation_w = 1,
    .groups = p->groups};
  if (esp_conv_output_size(&s)) exit(1);
  const long size = s.kernel_h * s.kernel_w * s.c / s.groups * s.o, pixels = s.n * s.out_h * s.out_w;
  const long image = s.n * s.h * s.w * s.c;
  float *x = numbers(image), *w = numbers(size), *y = numbers(pixels * s.o), *dx = numbers(image), *dw = numbers(size);
  const double work = 2e-9 * (double)size * (double)pixels;
  const int calls = 1 + (int)(0.25 / work);
  double speed[3][2][ROUNDS], peak[2][ROUNDS];
  for (int r = 0; r < ROUNDS; r++)
    for (int threads = 1; threads <= 2; threads++) {
      peak[threads - 1][r] = measured_peak(threads);
      for (int kind = 0; kind < 3; kind++) {
        double start = 0;
        for (int c = -1; c < calls; c++) {
          if (c == 0) start = now();
          if (kind == 0) esp_conv_forward(&s, x, w, y, NULL);
          if (kind == 1) esp_conv_input_gradient(&s, y, w, dx, 0);
          if (kind == 2) esp_conv_filter_gradient(&s, x, y, dw, 0);
        }
        speed[kind][threads - 1][r] = work * calls / (now() - start);
      }
    }
  printf("%2ldx%3ldx%3ld %3ld->%3ld k%ld s%ld g%-3ld", s.n, s.h, s.w, s.c, s.o, s.kernel_w, s.stride_w, s.groups);
  const double most[2] = {best(peak[0], ROUNDS), best(peak[1], ROUNDS)};
  for (int kind = 0; kind < 3; kind++) {
    const double one = best(speed[kind][0], ROUNDS), two = best(speed[kind][1], ROUNDS);
    printf(" | %4.0f %4.0f  %3.0f%% %3.0f%%", one, two, 100 * one / most[0], 100 * two / most[1]);
  }
  printf(" | %4.0f %4.0f\n", most[0], most[1]);
  fflush(stdout);
  free(x), free(w), free(y), free(dx), free(dw);
}

int main(int count, char **arguments) {
  printf("%s: GFLOP/s of one and two threads, share of the peak: forward | input gradient | filter gradient | peak\n",
         esp_instruction_set());
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    int asked = count == 1;
    for (int a = 1; a < count; a++) asked |= !strcmp(arguments[a], shapes[i].group);
    if (asked) run(&shapes[i]);
  }
}
