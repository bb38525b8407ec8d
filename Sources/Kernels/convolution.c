#include "convolution.h"

#include <string.h>

#include "convolution_plan.h"
#include "rounded.h"
#include "scratch.h"
#include "threads.h"

// Forward and input gradient are one thing, a correlation: for a strip of window positions in a row, a tile adds up
// the runs of k that lie one after the other in the (padded) source. The input gradient reads dy with the filter
// turned around; with a stride, the pixels of dx fall into stride_h·stride_w classes, each a correlation of its own.

int esp_conv_output_size(struct esp_conv *s) {
  s->out_h = s->out_w = 0;
  if (s->n < 1 || s->h < 1 || s->w < 1 || s->c < 1 || s->o < 1 || s->kernel_h < 1 || s->kernel_w < 1 ||
      s->stride_h < 1 || s->stride_w < 1 || s->dilation_h < 1 || s->dilation_w < 1 || s->groups < 1 ||
      s->pad_top < 0 || s->pad_left < 0 || s->pad_bottom < 0 || s->pad_right < 0 || s->c % s->groups ||
      s->o % s->groups)
    return -1;
  long room_h = s->h + s->pad_top + s->pad_bottom - s->dilation_h * (s->kernel_h - 1) - 1;
  long room_w = s->w + s->pad_left + s->pad_right - s->dilation_w * (s->kernel_w - 1) - 1;
  if (room_h < 0 || room_w < 0) return -1;
  s->out_h = room_h / s->stride_h + 1;
  s->out_w = room_w / s->stride_w + 1;
  return 0;
}

// ---- Correlation --------------------------------------------------------------------------------------------

struct correlation {
  const struct esp_kernels *kernels;
  struct esp_source source;
  long groups, source_channels, channels;  // channels: of one group
  long segments, depth;                    // runs of k in a window
  const long *offsets;                     // of each run
  const float *w;
  long w_group, w_sliver, w_stride;        // to the next group, sliver, row of k
  float *out;                              // first written pixel of image 0
  long out_image, out_row, out_pixel;      // strides
  const struct esp_conv_epilogue *epilogue;
  int accumulate;
  long band, bands, per_chunk;             // window rows in a band, bands in an image, bands in a chunk
};

static void run_band(const struct correlation *job, long image, long first, long end) {
  const struct esp_source *source = &job->source;
  const struct esp_kernels *kernels = job->kernels;
  const struct esp_conv_epilogue *epilogue = job->epilogue;
  long pitch;
  const float *rows = esp_source_rows(source, image, first, end, &pitch);
  const long sliver = 2 * kernels->lanes, width = source->grid_w;
  const long strips = esp_ceil_div(width, kernels->rows), strip = esp_ceil_div(width, strips);
  struct esp_tile tile = {
    .segment_count = job->segments, .segments = job->offsets, .depth = job->depth,
    .a_stride = source->step_w * source->c, .b_stride = job->w_stride, .c_stride = job->out_pixel,
    .accumulate = job->accumulate, .relu = epilogue && epilogue->activation == ESP_ACTIVATION_RELU,
  };
  for (long g = 0; g < job->groups; g++)
    for (long j = 0, s = 0; j < job->channels; j += sliver, s++) {
      const long there = esp_least(sliver, job->channels - j);
      const enum esp_tile_shape shape =
          there == sliver ? ESP_TILE_FULL : there > kernels->lanes ? ESP_TILE_TWO : ESP_TILE_ONE;
      tile.last = (int)(there > kernels->lanes ? there - kernels->lanes : there);
      tile.bias = epilogue && epilogue->bias ? epilogue->bias + g * job->channels + j : NULL;
      const float *w = job->w + g * job->w_group + s * job->w_sliver;
      for (long i = first; i < end; i++) {
        const float *a = rows + (i - first) * source->step_h * pitch + g * job->source_channels;
        float *c = job->out + image * job->out_image + i * job->out_row + g * job->channels + j;
        for (long q = 0; q < width; q += strip) {
          const long height = esp_least(strip, width - q);
          kernels->tile[0][shape][height - 1](&tile, a + q * tile.a_stride, w, c + q * tile.c_stride);
        }
      }
    }
  if (epilogue && epilogue->block) {
    long row = image * source->grid_h * width;
    epilogue->block(epilogue->block_context, row + first * width, row + end * width, 0, job->groups * job->channels);
  }
}

static void run_bands(void *context, int chunk) {
  const struct correlation *job = context;
  long end = esp_least(job->source.images * job->bands, (chunk + 1) * job->per_chunk);
  for (long i = chunk * job->per_chunk; i < end; i++) {
    long first = i % job->bands * job->band;
    run_band(job, i / job->bands, first, esp_least(first + job->band, job->source.grid_h));
  }
}

static void correlate(struct correlation *job) {
  const struct esp_source *source = &job->source;
  const long channels = job->groups * job->channels;
  const double row_work = 2.0 * (double)source->grid_w * (double)channels * (double)(job->segments * job->depth);
  const double row_floats = (double)source->grid_w * (double)(channels + source->step_h * source->step_w * source->c);
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

/// Sets the runs of k for taps at rows ty[], columns tx[] of the window (both ascending). Taps beside each other are
/// one run when a pixel's channels are all of one group.
static void set_runs(struct correlation *job, const long *ty, long count_y, const long *tx, long count_x,
                     long *offsets) {
  const struct esp_source *source = &job->source;
  const long pitch = esp_source_pitch(source);
  int merged = job->groups == 1;
  for (long v = 1; v < count_x; v++) merged = merged && tx[v] == tx[v - 1] + 1;
  job->depth = job->source_channels * (merged ? count_x : 1);
  job->segments = 0;
  job->offsets = offsets;
  for (long u = 0; u < count_y; u++)
    for (long v = 0; v < (merged ? 1 : count_x); v++)
      offsets[job->segments++] = ty[u] * pitch + tx[v] * source->c;
}

static size_t lines(size_t floats) { return (floats + 15) & ~(size_t)15; }

int esp_conv_is_product(const struct esp_conv *s, long *rows, long *depth) {
  if (s->groups != 1 || s->pad_top || s->pad_left) return 0;
  if (s->kernel_h == 1 && s->kernel_w == 1 && s->stride_h == 1 && s->stride_w == 1 && s->out_h == s->h &&
      s->out_w == s->w) {
    *rows = s->n * s->h * s->w, *depth = s->c;
    return 1;
  }
  if (s->out_h == 1 && s->out_w == 1 && s->kernel_h == s->h && s->kernel_w == s->w &&
      (s->dilation_h == 1 || s->h == 1) && (s->dilation_w == 1 || s->w == 1)) {
    *rows = s->n, *depth = s->h * s->w * s->c;
    return 1;
  }
  return 0;
}

struct esp_conv esp_conv_lie_down(const struct esp_conv *s) {
  struct esp_conv t = *s;
  if (s->w != 1 || s->kernel_w != 1 || s->pad_left || s->pad_right) return t;
  t.h = 1, t.w = s->h, t.kernel_h = 1, t.kernel_w = s->kernel_h, t.stride_h = 1, t.stride_w = s->stride_h;
  t.pad_top = t.pad_bottom = 0, t.pad_left = s->pad_top, t.pad_right = s->pad_bottom;
  t.dilation_h = 1, t.dilation_w = s->dilation_h, t.out_h = 1, t.out_w = s->out_h;
  return t;
}

int esp_conv_is_depthwise(const struct esp_conv *s) { return s->groups > 1 && s->groups == s->c && s->c == s->o; }

// ---- Forward ------------------------------------------------------------------------------------------------

struct depthwise_rows {
  struct esp_depthwise job;
  const struct esp_conv_epilogue *epilogue;
  long rows, per_chunk;
  const struct esp_kernels *kernels;
};

static void run_depthwise(void *context, int chunk) {
  const struct depthwise_rows *rows = context;
  long first = chunk * rows->per_chunk, end = esp_least(rows->rows, first + rows->per_chunk);
  rows->kernels->depthwise(&rows->job, first, end);
  const struct esp_conv_epilogue *e = rows->epilogue;
  long width = rows->job.shape->out_w;
  if (e && e->block) e->block(e->block_context, first * width, end * width, 0, rows->job.shape->o);
}

static void depthwise(struct depthwise_rows *rows, long row_floats) {
  rows->kernels = esp_kernels();
  const struct esp_conv *s = rows->job.shape;
  double row_work = (double)row_floats * (double)(s->kernel_h * s->kernel_w);
  rows->per_chunk = 1 + (long)(60e3 / row_work);
  if (rows->rows / rows->per_chunk > 1 << 20) rows->per_chunk = rows->rows >> 19;
  esp_parallel((int)esp_ceil_div(rows->rows, rows->per_chunk), run_depthwise, rows);
}

void esp_conv_forward(const struct esp_conv *shape, const float *x, const float *w, float *y,
                      const struct esp_conv_epilogue *epilogue) {
  if (shape->precision) {
    esp_conv_forward_rounded(shape, x, w, y, epilogue);
    return;
  }
  const struct esp_conv lying = esp_conv_lie_down(shape), *s = &lying;
  long rows, k;
  if (esp_conv_is_product(s, &rows, &k)) {
    struct esp_gemm g = {.m = rows, .n = s->o, .k = k, .a = x, .b = w, .c = y, .lda = k, .ldb = s->o, .ldc = s->o};
    if (epilogue)
      g.bias = epilogue->bias, g.activation = epilogue->activation, g.block = epilogue->block,
      g.block_context = epilogue->block_context;
    esp_gemm(&g);
    return;
  }
  if (esp_conv_is_depthwise(s)) {
    struct depthwise_rows job = {
      .job = {.shape = s, .mode = ESP_DEPTHWISE_FORWARD, .x = x, .w = w, .out = y,
              .bias = epilogue ? epilogue->bias : NULL,
              .relu = epilogue && epilogue->activation == ESP_ACTIVATION_RELU},
      .epilogue = epilogue, .rows = s->n * s->out_h};
    depthwise(&job, s->out_w * s->o);
    return;
  }
  const struct esp_kernels *kernels = esp_kernels();
  struct correlation job = {
    .kernels = kernels, .epilogue = epilogue, .groups = s->groups, .source_channels = s->c / s->groups,
    .channels = s->o / s->groups,
    .source = {.data = x, .images = s->n, .h = s->h, .w = s->w, .c = s->c, .top = s->pad_top, .left = s->pad_left,
               .step_h = s->stride_h, .step_w = s->stride_w, .grid_h = s->out_h, .grid_w = s->out_w,
               .extent_h = (s->kernel_h - 1) * s->dilation_h + 1, .extent_w = (s->kernel_w - 1) * s->dilation_w + 1},
    .out = y, .out_image = s->out_h * s->out_w * s->o, .out_row = s->out_w * s->o, .out_pixel = s->o,
  };
  const long taps = s->kernel_h * s->kernel_w, depth = taps * job.source_channels, sliver = 2 * kernels->lanes;
  const long slivers = esp_ceil_div(job.channels, sliver);
  // The filter is read in place unless whole vectors would run over its end or its rows collide in the cache.
  const int packs = (!kernels->masked_loads && job.channels % sliver) || (s->o >= 128 && depth > 128);
  const size_t packed = packs ? (size_t)(s->groups * slivers * depth * sliver) : 0;
  float *scratch = esp_scratch_of(ESP_SCRATCH_CONVOLUTION,
                                  lines(packed) * sizeof(float) +
                                      (size_t)(taps + s->kernel_h + s->kernel_w) * sizeof(long));
  long *offsets = (long *)(scratch + lines(packed)), *ty = offsets + taps, *tx = ty + s->kernel_h;
  for (long u = 0; u < s->kernel_h; u++) ty[u] = u * s->dilation_h;
  for (long v = 0; v < s->kernel_w; v++) tx[v] = v * s->dilation_w;
  set_runs(&job, ty, s->kernel_h, tx, s->kernel_w, offsets);
  if (packs) {
    job.w = scratch, job.w_stride = sliver, job.w_sliver = depth * sliver, job.w_group = slivers * depth * sliver;
    for (long g = 0; g < s->groups; g++)
      esp_pack_slivers(kernels, depth, job.channels, w + g * job.channels, s->o, scratch + g * job.w_group);
  } else {
    job.w = w, job.w_stride = s->o, job.w_sliver = sliver, job.w_group = job.channels;
  }
  correlate(&job);
}

// ---- Input gradient -----------------------------------------------------------------------------------------

/// The kernel rows that reach pixels ≡ phase (mod stride), in the order of the dy rows they read: `which` gets the
/// kernel row, `at` the dy row relative to the pixel's index in its class. Returns their number.
static long class_taps(long kernel, long stride, long dilation, long pad, long phase, long *which, long *at) {
  long count = 0;
  for (long u = kernel - 1; u >= 0; u--) {
    long reach = phase + pad - u * dilation;
    if (reach % stride) continue;
    which[count] = u;
    at[count++] = reach / stride;
  }
  return count;
}

struct empty_class { const struct esp_conv *shape; float *dx; long ph, pw; };

/// No tap reaches these pixels of one image.
static void fill_class(void *context, int image) {
  const struct empty_class *job = context;
  const struct esp_conv *s = job->shape;
  for (long i = job->ph; i < s->h; i += s->stride_h)
    for (long j = job->pw; j < s->w; j += s->stride_w) {
      float *pixel = job->dx + ((image * s->h + i) * s->w + j) * s->c;
      for (long c = 0; c < s->c; c++) pixel[c] = 0;
    }
}

struct spread { const struct esp_conv *shape; const float *dy, *w; float *dx; int accumulate; const struct esp_kernels *kernels; };

/// One image, when x has few channels (a tile's columns would stay empty): the product of the filter, rows (tap,
/// channel), with the pixels of dy, each row then added where its tap reaches.
static void spread_image(void *context, int image) {
  const struct spread *job = context;
  const struct esp_conv *s = job->shape;
  const long pixels = s->out_h * s->out_w, rows = s->kernel_h * s->kernel_w * s->c, size = s->h * s->w * s->c;
  const long pitch = pixels + 16;  // no power of two
  float *parts = esp_scratch_of(ESP_SCRATCH_TASK, (size_t)(rows * pitch) * sizeof(float));
  float *dx = job->dx + image * size;
  struct esp_gemm g = {.m = rows, .n = pixels, .k = s->o, .a = job->w, .b = job->dy + image * pixels * s->o,
                       .c = parts, .lda = s->o, .ldb = s->o, .ldc = pitch, .transpose_b = 1};
  const struct esp_kernels *before = esp_use_kernels(job->kernels);
  esp_gemm(&g);
  esp_use_kernels(before);
  if (!job->accumulate) memset(dx, 0, (size_t)size * sizeof(float));
  const long step = s->stride_w * s->c;
  for (long row = 0; row < rows; row++) {
    const long c = row % s->c, v = row / s->c % s->kernel_w, u = row / s->c / s->kernel_w;
    const long shift = v * s->dilation_w - s->pad_left;  // window j reaches column j·stride_w + shift
    const long first = shift < 0 ? (-shift + s->stride_w - 1) / s->stride_w : 0;
    const long end = s->w <= shift ? 0 : esp_least(s->out_w, (s->w - 1 - shift) / s->stride_w + 1);
    for (long i = 0; i < s->out_h; i++) {
      const long y = i * s->stride_h + u * s->dilation_h - s->pad_top;
      if (y < 0 || y >= s->h || first >= end) continue;
      float *restrict to = dx + (y * s->w + first * s->stride_w + shift) * s->c + c;
      const float *restrict from = parts + row * pitch + i * s->out_w + first;
      const long count = end - first;
      // Steps that are constants vectorise.
      if (step == 1) for (long j = 0; j < count; j++) to[j] += from[j];
      else if (step == 3) for (long j = 0; j < count; j++) to[3 * j] += from[j];
      else for (long j = 0; j < count; j++) to[j * step] += from[j];
    }
  }
}

void esp_conv_input_gradient(const struct esp_conv *shape, const float *dy, const float *w, float *dx,
                             int accumulate) {
  if (shape->precision) {
    esp_conv_input_gradient_rounded(shape, dy, w, dx, accumulate);
    return;
  }
  const struct esp_conv lying = esp_conv_lie_down(shape), *s = &lying;
  long rows, k;
  if (esp_conv_is_product(s, &rows, &k)) {
    struct esp_gemm g = {.m = rows, .n = k, .k = s->o, .a = dy, .b = w, .c = dx, .lda = s->o, .ldb = s->o, .ldc = k,
                         .transpose_b = 1, .accumulate = accumulate};
    esp_gemm(&g);
    return;
  }
  if (esp_conv_is_depthwise(s)) {
    struct depthwise_rows job = {.job = {.shape = s, .mode = ESP_DEPTHWISE_INPUT, .dy = dy, .w = w, .out = dx,
                                         .accumulate = accumulate},
                                 .rows = s->n * s->h};
    depthwise(&job, s->w * s->c);
    return;
  }
  if (s->groups == 1 && s->c <= 4 && s->o >= 8) {
    struct spread job = {s, dy, w, dx, accumulate, esp_kernels()};
    esp_parallel((int)s->n, spread_image, &job);
    return;
  }
  const struct esp_kernels *kernels = esp_kernels();
  const long channels = s->c / s->groups, outputs = s->o / s->groups;
  const long taps = s->kernel_h * s->kernel_w, sliver = 2 * kernels->lanes, slivers = esp_ceil_div(channels, sliver);
  const size_t packed = (size_t)(s->groups * slivers * taps * outputs * sliver);
  float *scratch = esp_scratch_of(ESP_SCRATCH_CONVOLUTION,
                                  lines(packed) * sizeof(float) +
                                      (size_t)(taps + 2 * (s->kernel_h + s->kernel_w)) * sizeof(long));
  long *offsets = (long *)(scratch + lines(packed));
  long *uy = offsets + taps, *ty = uy + s->kernel_h, *ux = ty + s->kernel_h, *tx = ux + s->kernel_w;
  for (long ph = 0; ph < s->stride_h && ph < s->h; ph++)
    for (long pw = 0; pw < s->stride_w && pw < s->w; pw++) {
      const long count_y = class_taps(s->kernel_h, s->stride_h, s->dilation_h, s->pad_top, ph, uy, ty);
      const long count_x = class_taps(s->kernel_w, s->stride_w, s->dilation_w, s->pad_left, pw, ux, tx);
      if (!count_y || !count_x) {
        struct empty_class job = {s, dx, ph, pw};
        if (!accumulate) esp_parallel((int)s->n, fill_class, &job);
        continue;
      }
      const long top = -ty[0], left = -tx[0];
      for (long u = 0; u < count_y; u++) ty[u] += top;
      for (long v = 0; v < count_x; v++) tx[v] += left;
      struct correlation job = {
        .kernels = kernels, .groups = s->groups, .source_channels = outputs, .channels = channels,
        .source = {.data = dy, .images = s->n, .h = s->out_h, .w = s->out_w, .c = s->o, .top = top, .left = left,
                   .step_h = 1, .step_w = 1, .grid_h = esp_ceil_div(s->h - ph, s->stride_h),
                   .grid_w = esp_ceil_div(s->w - pw, s->stride_w), .extent_h = ty[count_y - 1] + 1,
                   .extent_w = tx[count_x - 1] + 1},
        .out = dx + (ph * s->w + pw) * s->c, .out_image = s->h * s->w * s->c, .out_row = s->stride_h * s->w * s->c,
        .out_pixel = s->stride_w * s->c, .accumulate = accumulate,
      };
      set_runs(&job, ty, count_y, tx, count_x, offsets);
      const long depth = count_y * count_x * outputs;
      job.w = scratch, job.w_stride = sliver, job.w_sliver = depth * sliver, job.w_group = slivers * job.w_sliver;
      for (long g = 0; g < s->groups; g++)
        for (long j = 0; j < slivers; j++)
          for (long u = 0; u < count_y; u++)
            for (long v = 0; v < count_x; v++) {
              const float *from = w + ((uy[u] * s->kernel_w + ux[v]) * channels + j * sliver) * s->o + g * outputs;
              float *to = scratch + g * job.w_group + j * job.w_sliver + (u * count_x + v) * outputs * sliver;
              kernels->pack_transposed(outputs, esp_least(sliver, channels - j * sliver), from, s->o, to, sliver);
            }
      correlate(&job);
    }
}
