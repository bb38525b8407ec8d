#include "pooling.h"

#include "pooling_rows.h"
#include "threads.h"

int esp_pool_output_size(struct esp_pool *s) {
  s->out_h = s->out_w = 0;
  if (s->n < 1 || s->h < 1 || s->w < 1 || s->c < 1 || s->kernel_h < 1 || s->kernel_w < 1 || s->stride_h < 1 ||
      s->stride_w < 1 || s->pad_top < 0 || s->pad_left < 0 || s->pad_bottom < 0 || s->pad_right < 0 ||
      s->pad_top >= s->kernel_h || s->pad_bottom >= s->kernel_h || s->pad_left >= s->kernel_w ||
      s->pad_right >= s->kernel_w || s->kernel_h > 65536 || s->kernel_w > 65536 || s->kernel_h * s->kernel_w > 65536)
    return -1;
  const long room_h = s->h + s->pad_top + s->pad_bottom - s->kernel_h;
  const long room_w = s->w + s->pad_left + s->pad_right - s->kernel_w;
  if (room_h < 0 || room_w < 0) return -1;
  s->out_h = room_h / s->stride_h + 1;
  s->out_w = room_w / s->stride_w + 1;
  return 0;
}

struct pool_job {
  struct esp_pool_rows rows;
  long count, per_chunk;
  const struct esp_kernels *kernels;
};

static void run_rows(void *context, int chunk) {
  const struct pool_job *job = context;
  const long first = chunk * job->per_chunk, end = first + job->per_chunk;
  job->kernels->pool_rows(&job->rows, first, end < job->count ? end : job->count);
}

static void run(struct esp_pool_rows rows) {
  const struct esp_pool *s = rows.shape;
  const int forward = rows.mode == ESP_POOL_MAX || rows.mode == ESP_POOL_MEAN;
  struct pool_job job = {rows, s->n * (forward ? s->out_h : s->h), 1, esp_kernels()};
  // Floats that pass through for a row: chunks of some microseconds.
  const double floats = (double)s->c * (forward ? (double)(s->out_w * s->kernel_h * s->kernel_w) : 2.0 * (double)s->w);
  job.per_chunk = 1 + (long)(30e3 / floats);
  if (job.count / job.per_chunk > 1 << 20) job.per_chunk = job.count >> 19;
  esp_parallel((int)((job.count + job.per_chunk - 1) / job.per_chunk), run_rows, &job);
}

void esp_max_pool_forward(const struct esp_pool *shape, const float *x, float *y, uint16_t *taps) {
  run((struct esp_pool_rows){.shape = shape, .mode = ESP_POOL_MAX, .in = x, .out = y, .taps = taps});
}

void esp_max_pool_backward(const struct esp_pool *shape, const float *dy, const uint16_t *taps, float *dx,
                           int accumulate) {
  run((struct esp_pool_rows){.shape = shape, .mode = ESP_POOL_MAX_BACK, .in = dy, .out = dx,
                             .taps = (uint16_t *)taps, .accumulate = accumulate});
}

void esp_average_pool_forward(const struct esp_pool *shape, const float *x, float *y) {
  run((struct esp_pool_rows){.shape = shape, .mode = ESP_POOL_MEAN, .in = x, .out = y});
}

void esp_average_pool_backward(const struct esp_pool *shape, const float *dy, float *dx, int accumulate) {
  run((struct esp_pool_rows){.shape = shape, .mode = ESP_POOL_MEAN_BACK, .in = dy, .out = dx,
                             .accumulate = accumulate});
}
