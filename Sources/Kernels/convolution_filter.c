#include <string.h>

#include "convolution.h"
#include "convolution_plan.h"
#include "rounded.h"
#include "scratch.h"
#include "threads.h"

// The filter gradient: rows of dw are (kernel row, kernel column, channel), k runs over pixels. Batch and image rows
// are dealt to a number of groups that depends on the shape alone; every group has its own partial sum, and these
// are added in the order of the groups, so the result does not depend on who computed what.

enum { MOST_PARTIALS = 16, BAND_PIXELS = 1024 };

struct filter_job {
  const struct esp_kernels *kernels;
  const struct esp_conv *shape;
  struct esp_source source;
  const float *dy;
  float *partials;         // [groups of units][size], or dw itself when there is one group
  float *dw;
  long size;               // floats in dw
  int accumulate;
  int patches;             // few channels: what the windows of a band read is laid out tap by tap
  long runs, run;          // runs of rows of dw that lie side by side in the source, and their length
  long band, bands;        // window rows in a band, bands in an image
  long units, unit_groups; // bands of all images
  long parts;              // dw is also cut by (group, sliver, run) when there are few unit groups
};

/// Row t of the patches holds, for tap and channel t, what every window position of the band reads there.
static void lay_out_patches(const struct filter_job *job, const float *rows, long pitch, long count, float *out,
                            long patch_pitch) {
  const struct esp_conv *s = job->shape;
  const long width = s->out_w, step = s->stride_w * s->c;
  for (long u = 0; u < s->kernel_h; u++)
    for (long v = 0; v < s->kernel_w; v++)
      for (long c = 0; c < s->c; c++, out += patch_pitch)
        for (long i = 0; i < count; i++) {
          const float *in = rows + (i * s->stride_h + u * s->dilation_h) * pitch + v * s->dilation_w * s->c + c;
          float *to = out + i * width;
          if (step == 1) memcpy(to, in, (size_t)width * sizeof(float));
          else for (long j = 0; j < width; j++) to[j] = in[j * step];
        }
}

static void run_unit(const struct filter_job *job, long unit, long part, float *dw, int accumulate) {
  const struct esp_conv *s = job->shape;
  const struct esp_kernels *kernels = job->kernels;
  const long image = unit / job->bands, first = unit % job->bands * job->band;
  const long count = esp_least(job->band, s->out_h - first), end = first + count;
  const long channels = s->c / s->groups, outputs = s->o / s->groups, taps = s->kernel_h * s->kernel_w;
  const long sliver = 2 * kernels->lanes, slivers = esp_ceil_div(outputs, sliver), pixels = count * s->out_w;
  long pitch;
  const float *rows = esp_source_rows(&job->source, image, first, end, &pitch);
  const float *dy = job->dy + (image * s->out_h + first) * s->out_w * s->o;
  // Scratch: offsets of the window rows, a copy of a sliver of dy, patches.
  const size_t offset_room = (size_t)(count + 1) * sizeof(long) + 64;
  const long patch_pitch = (pixels + 15) / 16 * 16 + 16;
  const size_t patch_room = job->patches ? (size_t)(patch_pitch * taps * s->c) : 0;
  char *scratch = esp_scratch_of(ESP_SCRATCH_GEMM,
                                 offset_room + ((size_t)(pixels * sliver) + patch_room) * sizeof(float));
  long *offsets = (long *)scratch;
  float *dy_copy = (float *)(scratch + (offset_room & ~(size_t)63));
  struct esp_tile tile = {.segments = offsets, .c_stride = s->o, .accumulate = accumulate};
  if (job->patches) {
    lay_out_patches(job, rows, pitch, count, dy_copy + pixels * sliver, patch_pitch);
    rows = dy_copy + pixels * sliver;
    offsets[0] = 0;
    tile.segment_count = 1, tile.depth = pixels, tile.a_stride = patch_pitch;
  } else {
    for (long i = 0; i < count; i++) offsets[i] = i * s->stride_h * pitch;
    tile.segment_count = count, tile.depth = s->out_w, tile.a_stride = s->stride_w * s->c;
  }
  const long strips = esp_ceil_div(job->run, kernels->rows), strip = esp_ceil_div(job->run, strips);
  const long pieces = s->groups * slivers * job->runs;
  const long piece_end = (part + 1) * pieces / job->parts;
  long copied = -1;
  for (long piece = part * pieces / job->parts; piece < piece_end; piece++) {
    const long run = piece % job->runs, j = piece / job->runs % slivers * sliver, g = piece / job->runs / slivers;
    const long there = esp_least(sliver, outputs - j);
    const float *b = dy + g * outputs + j;
    tile.b_stride = s->o;
    if ((!kernels->masked_loads && there < sliver) || (s->o >= 128 && job->run >= 2 * kernels->rows)) {
      if (copied != piece / job->runs) esp_pack_slivers(kernels, pixels, there, b, s->o, dy_copy);
      copied = piece / job->runs;
      b = dy_copy;
      tile.b_stride = sliver;
    }
    const enum esp_tile_shape shape =
        there == sliver ? ESP_TILE_FULL : there > kernels->lanes ? ESP_TILE_TWO : ESP_TILE_ONE;
    tile.last = (int)(there > kernels->lanes ? there - kernels->lanes : there);
    const float *a = rows;
    if (!job->patches) {
      const long per_row = job->runs / s->kernel_h;  // 1 when a kernel row is one run, else its columns
      a += run / per_row * s->dilation_h * pitch + run % per_row * s->dilation_w * s->c + g * channels;
    }
    float *c = dw + run * job->run * s->o + g * outputs + j;
    for (long i = 0; i < job->run; i += strip) {
      const long height = esp_least(strip, job->run - i);
      const float *p = job->patches ? a + i * patch_pitch : a + i;
      kernels->tile[!job->patches][shape][height - 1](&tile, p, b, c + i * s->o);
    }
  }
}

static void run_group(void *context, int chunk) {
  const struct filter_job *job = context;
  const long group = chunk / job->parts, part = chunk % job->parts;
  float *out = job->unit_groups == 1 ? job->dw : job->partials + group * job->size;
  const long first = group * job->units / job->unit_groups, end = (group + 1) * job->units / job->unit_groups;
  for (long unit = first; unit < end; unit++)
    run_unit(job, unit, part, out, unit > first || (job->unit_groups == 1 && job->accumulate));
}

enum { SUM_PIECE = 8192 };

static void add_partials(void *context, int chunk) {
  const struct filter_job *job = context;
  const long first = (long)chunk * SUM_PIECE, end = esp_least(job->size, first + SUM_PIECE);
  float *dw = job->dw;
  if (!job->accumulate) memcpy(dw + first, job->partials + first, (size_t)(end - first) * sizeof(float));
  for (long g = job->accumulate ? 0 : 1; g < job->unit_groups; g++) {
    const float *partial = job->partials + g * job->size;
    for (long i = first; i < end; i++) dw[i] += partial[i];
  }
}

static void run_depthwise_group(void *context, int chunk) {
  const struct filter_job *job = context;
  struct esp_depthwise part = {.shape = job->shape, .mode = ESP_DEPTHWISE_FILTER, .x = job->source.data,
                               .dy = job->dy, .out = job->partials + chunk * job->size};
  job->kernels->depthwise(&part, chunk * job->units / job->unit_groups, (chunk + 1) * job->units / job->unit_groups);
}

void esp_conv_filter_gradient(const struct esp_conv *shape, const float *x, const float *dy, float *dw,
                              int accumulate) {
  if (shape->precision) {
    esp_conv_filter_gradient_rounded(shape, x, dy, dw, accumulate);
    return;
  }
  const struct esp_conv lying = esp_conv_lie_down(shape), *s = &lying;
  long rows, k;
  if (s->out_h * s->out_w == 1 && esp_conv_is_product(s, &rows, &k)) {
    struct esp_gemm g = {.m = k, .n = s->o, .k = rows, .a = x, .b = dy, .c = dw, .lda = k, .ldb = s->o, .ldc = s->o,
                         .transpose_a = 1, .accumulate = accumulate};
    esp_gemm(&g);
    return;
  }
  struct filter_job job = {
    .kernels = esp_kernels(), .shape = s, .dy = dy, .dw = dw, .accumulate = accumulate,
    .size = s->kernel_h * s->kernel_w * (s->c / s->groups) * s->o,
    .source = {.data = x, .images = s->n, .h = s->h, .w = s->w, .c = s->c, .top = s->pad_top, .left = s->pad_left,
               .step_h = s->stride_h, .step_w = s->stride_w, .grid_h = s->out_h, .grid_w = s->out_w,
               .extent_h = (s->kernel_h - 1) * s->dilation_h + 1, .extent_w = (s->kernel_w - 1) * s->dilation_w + 1},
  };
  // Few partial sums where the filter is large: they are memory to fill and to add.
  const long most = esp_most(1, esp_least(job.size < 10000 ? MOST_PARTIALS : 8, (4L << 20) / job.size));
  const int depthwise = esp_conv_is_depthwise(s);
  job.band = depthwise ? s->out_h : esp_least(s->out_h, esp_most(1, BAND_PIXELS / s->out_w));
  job.bands = esp_ceil_div(s->out_h, job.band);
  job.units = s->n * job.bands;
  job.unit_groups = esp_least(job.units, most);
  const double work = 2.0 * (double)job.size * (double)s->n * (double)(s->out_h * s->out_w);
  if (work < 1e6 * (double)job.unit_groups) job.unit_groups = esp_most(1, (long)(work / 1e6));

  const int rows_merge = s->groups == 1 && s->dilation_w == 1;
  job.run = s->c / s->groups * (rows_merge ? s->kernel_w : 1);
  job.runs = s->kernel_h * (rows_merge ? 1 : s->kernel_w);
  if (s->groups == 1 && job.run < 6 && job.runs > 1) {
    job.patches = 1;
    job.run *= job.runs;
    job.runs = 1;
  }
  const long pieces = s->groups * esp_ceil_div(s->o / s->groups, 2 * job.kernels->lanes) * job.runs;
  job.parts = job.unit_groups >= 8 || work < 4e6 ? 1 : esp_least(pieces, esp_ceil_div(8, job.unit_groups));
  if (depthwise || job.unit_groups > 1)
    job.partials = esp_scratch_of(ESP_SCRATCH_CONVOLUTION, (size_t)(job.unit_groups * job.size) * sizeof(float));
  if (depthwise) esp_parallel((int)job.unit_groups, run_depthwise_group, &job);
  else esp_parallel((int)(job.unit_groups * job.parts), run_group, &job);
  if (depthwise || job.unit_groups > 1) esp_parallel((int)esp_ceil_div(job.size, SUM_PIECE), add_partials, &job);
}
