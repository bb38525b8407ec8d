#include <string.h>

#include "convolution_plan.h"
#include "scratch.h"

// The pixels that windows read, with zeros around an image that is padded, and filters as tiles take them.

static long padded_width(const struct esp_source *s) { return (s->grid_w - 1) * s->step_w + s->extent_w; }

int esp_source_in_place(const struct esp_source *s) {
  long height = (s->grid_h - 1) * s->step_h + s->extent_h;
  return s->top <= 0 && s->left <= 0 && height - s->top <= s->h && padded_width(s) - s->left <= s->w;
}

long esp_source_pitch(const struct esp_source *s) {
  return (esp_source_in_place(s) ? s->w : padded_width(s)) * s->c;
}

const float *esp_source_rows(const struct esp_source *s, long image, long first, long end, long *pitch) {
  const float *data = s->data + image * s->h * s->w * s->c;
  *pitch = esp_source_pitch(s);
  if (esp_source_in_place(s)) return data + ((first * s->step_h - s->top) * s->w - s->left) * s->c;
  const long width = padded_width(s), rows = (end - 1 - first) * s->step_h + s->extent_h;
  float *copy = esp_scratch_of(ESP_SCRATCH_TASK, (size_t)(rows * *pitch) * sizeof(float));
  const long from = esp_least(esp_most(0, s->left), width), to = esp_most(from, esp_least(width, s->w + s->left));
  for (long i = 0; i < rows; i++) {
    float *row = copy + i * *pitch;
    const long y = first * s->step_h + i - s->top;
    if (y < 0 || y >= s->h) {
      memset(row, 0, (size_t)*pitch * sizeof(float));
      continue;
    }
    memset(row, 0, (size_t)(from * s->c) * sizeof(float));
    memcpy(row + from * s->c, data + (y * s->w + from - s->left) * s->c, (size_t)((to - from) * s->c) * sizeof(float));
    memset(row + to * s->c, 0, (size_t)((width - to) * s->c) * sizeof(float));
  }
  return copy;
}

void esp_pack_slivers(const struct esp_kernels *kernels, long depth, long columns, const float *w, long stride,
                      float *out) {
  const long sliver = 2 * kernels->lanes;
  for (long j = 0; j < columns; j += sliver, out += depth * sliver)
    kernels->pack(depth, esp_least(sliver, columns - j), w + j, stride, out, sliver);
}
