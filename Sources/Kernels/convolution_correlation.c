#include <string.h>

#include "convolution_plan.h"
#include "threads.h"

// The work of forward and input gradient: bands of window rows are dealt to the threads. Rows of the image are copied
// (where it is padded) just before they are read.

static void run_class(const struct esp_correlation *job, const struct esp_window_class *class,
                      struct esp_source_rows *source, const float *data, float *out, long first, long end) {
  const struct esp_kernels *kernels = job->kernels;
  const struct esp_conv_epilogue *epilogue = job->epilogue;
  const long sliver = 2 * kernels->lanes, width = class->grid_w;
  const long strips = esp_ceil_div(width, kernels->rows), strip = esp_ceil_div(width, strips);
  struct esp_tile tile = {
    .segment_count = class->segments, .segments = class->offsets, .depth = class->depth,
    .a_stride = job->source.step_w * job->source.c, .b_stride = class->w_stride, .c_stride = job->out_pixel,
    .accumulate = job->accumulate, .relu = epilogue && epilogue->activation == ESP_ACTIVATION_RELU,
  };
  for (long g = 0; g < job->groups; g++)
    for (long j = 0, s = 0; j < job->channels; j += sliver, s++) {
      const long there = esp_least(sliver, job->channels - j);
      const int even_odd = job->even_odd && there <= kernels->lanes;
      const enum esp_tile_shape shape =
          there == sliver ? ESP_TILE_FULL : there > kernels->lanes ? ESP_TILE_TWO : ESP_TILE_ONE;
      const esp_tile_function *run = even_odd ? kernels->even_odd : kernels->tile[0][shape];
      // What the first sliver reads comes from afar.
      const int fetches = !g && !j && (even_odd || (there > kernels->lanes && kernels->fetching[0][0]));
      const esp_tile_function *fetching = even_odd ? run : kernels->fetching[0];
      const long steps = class->segments * (even_odd ? (class->depth + 1) / 2 : class->depth);
      tile.last = (int)(there > kernels->lanes ? there - kernels->lanes : there);
      tile.bias = epilogue && epilogue->bias ? epilogue->bias + g * job->channels + j : NULL;
      const float *w = class->w + g * class->w_group + s * class->w_sliver;
      for (long i = first; i < end; i++) {
        const long reach = (i - first) * job->source.step_h + job->source.extent_h;
        esp_source_reach(source, reach);
        const float *a = data + (i - first) * job->source.step_h * source->pitch + g * job->source_channels;
        float *c = out + i * job->out_row + g * job->channels + j;
        for (long q = 0; q < width; q += strip) {
          const long height = esp_least(strip, width - q);
          const long ahead = fetches ? esp_source_ahead(source, reach, q / strip, strips, &tile.ahead) : 0;
          tile.ahead_step = ahead ? ahead / steps + 1 : 0;
          if (!ahead) tile.ahead = w;
          (ahead ? fetching : run)[height - 1](&tile, a + q * tile.a_stride, w, c + q * tile.c_stride);
        }
      }
    }
}

static void run_band(const struct esp_correlation *job, long image, long first, long end) {
  struct esp_source_rows rows;
  const float *data = esp_source_open(&job->source, image, first, end, &rows);
  if (job->gaps && !job->accumulate)
    memset(job->classes->out + image * job->out_image + first * job->out_row, 0,
           (size_t)(esp_least(end * job->out_row, job->out_image) - first * job->out_row) * sizeof(float));
  for (long p = 0; p < job->class_count; p++) {
    const struct esp_window_class *class = job->classes + p;
    if (class->segments)
      run_class(job, class, &rows, data, class->out + image * job->out_image, first, esp_least(end, class->grid_h));
  }
  const struct esp_conv_epilogue *epilogue = job->epilogue;
  if (epilogue && epilogue->block) {
    const long width = job->source.grid_w, row = image * job->source.grid_h * width;
    epilogue->block(epilogue->block_context, row + first * width, row + end * width, 0, job->groups * job->channels);
  }
}

static void run_bands(void *context, int chunk) {
  const struct esp_correlation *job = context;
  long end = esp_least(job->source.images * job->bands, (chunk + 1) * job->per_chunk);
  for (long i = chunk * job->per_chunk; i < end; i++) {
    long first = i % job->bands * job->band;
    run_band(job, i / job->bands, first, esp_least(first + job->band, job->source.grid_h));
  }
}

void esp_correlate(struct esp_correlation *job) {
  const struct esp_source *source = &job->source;
  const long channels = job->groups * job->channels;
  double taps = 0;
  for (long p = 0; p < job->class_count; p++)
    taps += (double)(esp_most(1, job->classes[p].segments * job->classes[p].depth) * job->classes[p].grid_w);
  const double row_work = 2.0 * (double)channels * taps;
  const double row_floats = (double)source->grid_w * (double)(job->class_count * channels +
                                                              source->step_h * source->step_w * source->c);
  // Bands for balance when images are few, and none larger than the second-level cache. By the shape alone.
  long band = source->grid_h;
  while (band > 1 && ((double)(source->images * esp_ceil_div(source->grid_h, band)) < 16
                          ? row_work * (double)band > 1e6
                          : band > 8 && row_floats * (double)band > 160e3))
    band = esp_ceil_div(band, 2);
  job->band = band;
  job->bands = esp_ceil_div(source->grid_h, band);
  const long total = source->images * job->bands;
  job->per_chunk = esp_most(1, esp_least(total, (long)(0.4e6 / (row_work * (double)band))));
  if (total / job->per_chunk > 1 << 20) job->per_chunk = total >> 20;
  esp_parallel((int)esp_ceil_div(total, job->per_chunk), run_bands, job);
}
