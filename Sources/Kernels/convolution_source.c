#include <string.h>

#include "convolution_plan.h"
#include "scratch.h"
#include "threads.h"

// The pixels that windows read, with zeros around an image that is padded, and filters as tiles take them.

static long padded_width(const struct esp_source *s) { return (s->grid_w - 1) * s->step_w + s->extent_w; }

int esp_source_in_place(const struct esp_source *s) {
  long height = (s->grid_h - 1) * s->step_h + s->extent_h;
  return s->top <= 0 && s->left <= 0 && height - s->top <= s->h && padded_width(s) - s->left <= s->w;
}

long esp_source_pitch(const struct esp_source *s) {
  return (esp_source_in_place(s) ? s->w : padded_width(s)) * s->c;
}

const float *esp_source_open(const struct esp_source *s, long image, long first, long end,
                             struct esp_source_rows *rows) {
  *rows = (struct esp_source_rows){.source = s, .image = s->data + image * s->h * s->w * s->c,
                                   .pitch = esp_source_pitch(s), .top = s->top - first * s->step_h,
                                   .left = (s->images - image) * s->h * s->w * s->c};
  rows->count = (end - 1 - first) * s->step_h + s->extent_h;
  if (esp_source_in_place(s)) {
    rows->copied = rows->count;
    return rows->image - (rows->top * s->w + s->left) * s->c;
  }
  return rows->copy = esp_scratch_of(ESP_SCRATCH_TASK, (size_t)(rows->count * rows->pitch + 16) * sizeof(float));
}

void esp_source_copy(struct esp_source_rows *rows, long count) {
  const struct esp_source *s = rows->source;
  const long width = padded_width(s);
  const long from = esp_least(esp_most(0, s->left), width), to = esp_most(from, esp_least(width, s->w + s->left));
  count = esp_least(count, rows->count);
  for (; rows->copied < count; rows->copied++) {
    float *row = rows->copy + rows->copied * rows->pitch;
    const long y = rows->copied - rows->top;
    if (y < 0 || y >= s->h) {
      memset(row, 0, (size_t)rows->pitch * sizeof(float));
      continue;
    }
    memset(row, 0, (size_t)(from * s->c) * sizeof(float));
    memcpy(row + from * s->c, rows->image + (y * s->w + from - s->left) * s->c,
           (size_t)((to - from) * s->c) * sizeof(float));
    memset(row + to * s->c, 0, (size_t)((width - to) * s->c) * sizeof(float));
  }
}

const float *esp_source_images(const struct esp_source *s, long image, long count, long *pitch, long *image_pitch) {
  *pitch = esp_source_pitch(s);
  if (esp_source_in_place(s)) {
    *image_pitch = s->h * s->w * s->c;
    return s->data + image * *image_pitch - (s->top * s->w + s->left) * s->c;
  }
  const long rows = (s->grid_h - 1) * s->step_h + s->extent_h;
  *image_pitch = rows * *pitch;
  float *copy = esp_scratch_of(ESP_SCRATCH_TASK, (size_t)(count * *image_pitch + 16) * sizeof(float));
  for (long i = 0; i < count; i++) {
    struct esp_source_rows one = {
      .source = s, .image = s->data + (image + i) * s->h * s->w * s->c, .copy = copy + i * *image_pitch,
      .pitch = *pitch, .top = s->top, .count = rows,
    };
    esp_source_copy(&one, rows);
  }
  return copy;
}

void esp_pack_slivers(const struct esp_kernels *kernels, long depth, long columns, const float *w, long stride,
                      float *out) {
  const long sliver = 2 * kernels->lanes;
  for (long j = 0; j < columns; j += sliver, out += depth * sliver)
    kernels->pack(depth, esp_least(sliver, columns - j), w + j, stride, out, sliver);
}

/// Rows of k, a vector each, brought into the order that `esp_kernels.even_odd` takes: in pairs within a run, a missing
/// row is zero. `out` may begin one vector a row before `in`.
static void interleave(const struct esp_kernels *kernels, long depth, long run, const float *in, float *out) {
  const long lanes = kernels->lanes;
  float even[16], odd[16];
  for (long k = 0; k < depth; k += run)
    for (long i = 0; i < run; i += 2, out += 2 * lanes) {
      const float *row = in + (k + i) * lanes;
      memcpy(even, row, (size_t)lanes * sizeof(float));
      if (i + 1 < run) memcpy(odd, row + lanes, (size_t)lanes * sizeof(float));
      else memset(odd, 0, sizeof odd);
      for (long j = 0; j < lanes; j++) out[2 * j] = even[j], out[2 * j + 1] = odd[j];
    }
}

static void pack_sliver(void *context, int chunk) {
  const struct esp_filter_packing *job = context;
  const struct esp_kernels *kernels = job->kernels;
  const long sliver = 2 * kernels->lanes, slivers = esp_ceil_div(job->channels, sliver);
  const long j = chunk % slivers * sliver, g = chunk / slivers % job->groups;
  const struct esp_filter_taps *taps = job->taps + chunk / slivers / job->groups;
  const long there = esp_least(sliver, job->channels - j);
  const int even_odd = job->even_odd && there <= kernels->lanes;
  const long width = even_odd ? kernels->lanes : sliver, depth = taps->count * job->depth;
  float *out = taps->out + (g * slivers + j / sliver) * depth * sliver;
  float *rows = even_odd ? out + depth * width : out;
  for (long t = 0; t < taps->count; t++) {
    const float *w = job->w + taps->which[t] * job->tap;
    float *to = rows + t * job->depth * width;
    if (job->transposed)
      kernels->pack_transposed(job->depth, there, w + j * job->stride + g * job->depth, job->stride, to, width);
    else kernels->pack(job->depth, there, w + g * job->channels + j, job->stride, to, width);
  }
  if (even_odd) interleave(kernels, depth, taps->run, rows, out);
}

void esp_pack_filter(struct esp_filter_packing *job) {
  const long slivers = esp_ceil_div(job->channels, 2 * job->kernels->lanes) * job->groups * job->tap_lists;
  long floats = 0;
  for (long i = 0; i < job->tap_lists; i++) floats += job->taps[i].count * job->depth * job->channels * job->groups;
  if (floats < 20000) for (int i = 0; i < slivers; i++) pack_sliver(job, i);
  else esp_parallel((int)slivers, pack_sliver, job);
}
