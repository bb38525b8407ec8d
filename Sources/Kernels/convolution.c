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

/// Sets the runs of k for taps at rows ty[], columns tx[] of the window (both ascending). Taps beside each other are
/// one run when a pixel's channels are all of one group.
static void set_runs(const struct esp_correlation *job, struct esp_window_class *class, const long *ty, long count_y,
                     const long *tx, long count_x, long *offsets) {
  const struct esp_source *source = &job->source;
  const long pitch = esp_source_pitch(source);
  int merged = job->groups == 1;
  for (long v = 1; v < count_x; v++) merged = merged && tx[v] == tx[v - 1] + 1;
  class->depth = job->source_channels * (merged ? count_x : 1);
  class->segments = 0;
  class->offsets = offsets;
  for (long u = 0; u < count_y; u++)
    for (long v = 0; v < (merged ? 1 : count_x); v++)
      offsets[class->segments++] = ty[u] * pitch + tx[v] * source->c;
}

/// Whether a group's last sliver is summed in even and odd k.
static int sums_even_odd(const struct esp_kernels *kernels, long channels) {
  return kernels->even_odd[0] && (channels - 1) % (2 * kernels->lanes) < kernels->lanes;
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
  if (esp_conv_is_depthwise(s) && esp_kernels()->depthwise) {
    struct depthwise_rows job = {
      .job = {.shape = s, .mode = ESP_DEPTHWISE_FORWARD, .x = x, .w = w, .out = y,
              .bias = epilogue ? epilogue->bias : NULL,
              .relu = epilogue && epilogue->activation == ESP_ACTIVATION_RELU},
      .epilogue = epilogue, .rows = s->n * s->out_h};
    depthwise(&job, s->out_w * s->o);
    return;
  }
  const struct esp_kernels *kernels = esp_kernels();
  struct esp_window_class class = {.out = y, .grid_h = s->out_h, .grid_w = s->out_w};
  struct esp_correlation job = {
    .kernels = kernels, .epilogue = epilogue, .groups = s->groups, .source_channels = s->c / s->groups,
    .channels = s->o / s->groups, .classes = &class, .class_count = 1,
    .source = {.data = x, .images = s->n, .h = s->h, .w = s->w, .c = s->c, .top = s->pad_top, .left = s->pad_left,
               .step_h = s->stride_h, .step_w = s->stride_w, .grid_h = s->out_h, .grid_w = s->out_w,
               .extent_h = (s->kernel_h - 1) * s->dilation_h + 1, .extent_w = (s->kernel_w - 1) * s->dilation_w + 1},
    .out_image = s->out_h * s->out_w * s->o, .out_row = s->out_w * s->o, .out_pixel = s->o,
  };
  job.even_odd = sums_even_odd(kernels, job.channels);
  const long taps = s->kernel_h * s->kernel_w, depth = taps * job.source_channels, sliver = 2 * kernels->lanes;
  const long slivers = esp_ceil_div(job.channels, sliver);
  // The filter is read in place unless its order does not suit, whole vectors would run over its end, or its rows
  // lie far apart.
  const int packs = job.even_odd || (!kernels->masked_loads && job.channels % sliver) || (s->o > sliver && depth > 64);
  const size_t packed = packs ? (size_t)(s->groups * slivers * depth * sliver) : 0;
  float *scratch = esp_scratch_of(ESP_SCRATCH_CONVOLUTION,
                                  lines(packed) * sizeof(float) +
                                      (size_t)(2 * taps + s->kernel_h + s->kernel_w) * sizeof(long));
  long *offsets = (long *)(scratch + lines(packed)), *which = offsets + taps, *ty = which + taps;
  long *tx = ty + s->kernel_h;
  for (long u = 0; u < s->kernel_h; u++) ty[u] = u * s->dilation_h;
  for (long v = 0; v < s->kernel_w; v++) tx[v] = v * s->dilation_w;
  set_runs(&job, &class, ty, s->kernel_h, tx, s->kernel_w, offsets);
  class.w = w, class.w_stride = s->o, class.w_sliver = sliver, class.w_group = job.channels;
  if (packs) {
    for (long t = 0; t < taps; t++) which[t] = t;
    struct esp_filter_taps all = {.which = which, .count = taps, .run = class.depth, .out = scratch};
    struct esp_filter_packing packing = {
      .kernels = kernels, .w = w, .tap = job.source_channels * s->o, .stride = s->o, .groups = s->groups,
      .channels = job.channels, .depth = job.source_channels, .even_odd = job.even_odd, .taps = &all, .tap_lists = 1,
    };
    esp_pack_filter(&packing);
    class.w = scratch, class.w_stride = sliver, class.w_sliver = depth * sliver;
    class.w_group = slivers * depth * sliver;
  }
  esp_correlate(&job);
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

/// The pixels of dx fall into stride_h · stride_w classes; those of one class share their taps.
static void gather(const struct esp_conv *s, const float *dy, const float *w, float *dx, int accumulate) {
  const struct esp_kernels *kernels = esp_kernels();
  const long channels = s->c / s->groups, outputs = s->o / s->groups;
  const long taps = s->kernel_h * s->kernel_w, sliver = 2 * kernels->lanes, slivers = esp_ceil_div(channels, sliver);
  const long phases_h = esp_least(s->stride_h, s->h), phases_w = esp_least(s->stride_w, s->w);
  const size_t packed = (size_t)(s->groups * slivers * taps * outputs * sliver);
  char *scratch = esp_scratch_of(
      ESP_SCRATCH_CONVOLUTION,
      lines(packed) * sizeof(float) +
          (size_t)(phases_h * phases_w) * (sizeof(struct esp_window_class) + sizeof(struct esp_filter_taps)) +
          (size_t)(2 * taps + 2 * s->kernel_h * (phases_h + 1) + 2 * s->kernel_w * (phases_w + 1)) * sizeof(long));
  float *filter = (float *)scratch;
  struct esp_window_class *classes = (struct esp_window_class *)(filter + lines(packed));
  struct esp_filter_taps *lists = (struct esp_filter_taps *)(classes + phases_h * phases_w);
  long *offsets = (long *)(lists + phases_h * phases_w), *which = offsets + taps;
  long *uy = which + taps, *ty = uy + s->kernel_h, *ux = ty + s->kernel_h, *tx = ux + s->kernel_w;

  // Rows and columns of dy that any class reaches.
  long top = 0, left = 0, bottom = 0, right = 0;
  for (long p = 0; p < phases_h; p++) {
    const long count = class_taps(s->kernel_h, s->stride_h, s->dilation_h, s->pad_top, p, uy, ty);
    if (count) top = esp_most(top, -ty[0]), bottom = esp_most(bottom, ty[count - 1]);
  }
  for (long p = 0; p < phases_w; p++) {
    const long count = class_taps(s->kernel_w, s->stride_w, s->dilation_w, s->pad_left, p, ux, tx);
    if (count) left = esp_most(left, -tx[0]), right = esp_most(right, tx[count - 1]);
  }
  struct esp_correlation job = {
    .kernels = kernels, .groups = s->groups, .source_channels = outputs, .channels = channels,
    .even_odd = sums_even_odd(kernels, channels), .classes = classes,
    .source = {.data = dy, .images = s->n, .h = s->out_h, .w = s->out_w, .c = s->o, .top = top, .left = left,
               .step_h = 1, .step_w = 1, .grid_h = esp_ceil_div(s->h, s->stride_h),
               .grid_w = esp_ceil_div(s->w, s->stride_w), .extent_h = top + bottom + 1,
               .extent_w = left + right + 1},
    .out_image = s->h * s->w * s->c, .out_row = s->stride_h * s->w * s->c, .out_pixel = s->stride_w * s->c,
    .accumulate = accumulate,
  };
  struct esp_filter_packing packing = {
    .kernels = kernels, .w = w, .tap = channels * s->o, .stride = s->o, .transposed = 1, .groups = s->groups,
    .channels = channels, .depth = outputs, .even_odd = job.even_odd, .taps = lists,
  };
  for (long ph = 0; ph < phases_h; ph++)
    for (long pw = 0; pw < phases_w; pw++) {
      const long count_y = class_taps(s->kernel_h, s->stride_h, s->dilation_h, s->pad_top, ph, uy, ty);
      const long count_x = class_taps(s->kernel_w, s->stride_w, s->dilation_w, s->pad_left, pw, ux, tx);
      struct esp_window_class *class = classes + job.class_count++;
      *class = (struct esp_window_class){.out = dx + (ph * s->w + pw) * s->c,
                                         .grid_h = esp_ceil_div(s->h - ph, s->stride_h),
                                         .grid_w = esp_ceil_div(s->w - pw, s->stride_w)};
      job.gaps |= !count_y || !count_x;
      if (!count_y || !count_x) continue;
      for (long u = 0; u < count_y; u++) ty[u] += top;
      for (long v = 0; v < count_x; v++) tx[v] += left;
      set_runs(&job, class, ty, count_y, tx, count_x, offsets);
      const long depth = count_y * count_x * outputs;
      class->w = filter, class->w_stride = sliver, class->w_sliver = depth * sliver;
      class->w_group = slivers * class->w_sliver;
      lists[packing.tap_lists++] = (struct esp_filter_taps){which, count_y * count_x, class->depth, filter};
      for (long u = 0; u < count_y; u++)
        for (long v = 0; v < count_x; v++) *which++ = uy[u] * s->kernel_w + ux[v];
      offsets += class->segments;
      filter += s->groups * class->w_group;
    }
  esp_pack_filter(&packing);
  esp_correlate(&job);
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
  if (esp_conv_is_depthwise(s) && esp_kernels()->depthwise) {
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
  gather(s, dy, w, dx, accumulate);
}
