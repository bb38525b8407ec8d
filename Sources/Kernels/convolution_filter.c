#include <limits.h>
#include <string.h>

#include "convolution.h"
#include "convolution_plan.h"
#include "rounded.h"
#include "scratch.h"
#include "threads.h"

// The filter gradient: rows of dw are (kernel row, kernel column, channel), k runs over pixels. Batch and image rows
// are dealt to a number of groups that depends on the shape alone; every group has its own partial sum, and these
// are added in the order of the groups, so the result does not depend on who computed what.

// A tile runs over the pixels of a part, so what it reads of x and dy comes from the first-level cache for all tiles but
// the first, and takes up the sums of the part before. A unit is what is copied (when padded) as one: a band of an
// image, or some small images.
enum { MOST_PARTIALS = 16, BAND_PIXELS = 1024, PART_PIXELS = 256 };

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
  int even_odd;            // tiles of at most one vector take rows of dw in pairs
  long images, band, bands;  // images in a unit, window rows in a band, bands in an image
  long units, unit_groups;
  long shares;             // dw is also cut by (group, sliver, run) when there are few unit groups
};

/// What a unit reads: rows of some images, or of a band of one.
struct filter_unit {
  struct esp_source_rows source;  // of a band
  const float *x, *dy;
  long pitch, image_pitch;        // of x, in memory
  long rows;                      // window rows
};

static void open_unit(const struct filter_job *job, long number, struct filter_unit *unit) {
  const struct esp_conv *s = job->shape;
  const long image = number / job->bands * job->images, first = number % job->bands * job->band;
  const long images = esp_least(job->images, s->n - image);
  unit->rows = images > 1 ? images * s->out_h : esp_least(job->band, s->out_h - first);
  unit->dy = job->dy + (image * s->out_h + first) * s->out_w * s->o;
  if (images > 1) {
    unit->x = esp_source_images(&job->source, image, images, &unit->pitch, &unit->image_pitch);
    unit->source = (struct esp_source_rows){.copied = LONG_MAX};
  } else {
    unit->x = esp_source_open(&job->source, image, first, first + unit->rows, &unit->source);
    unit->pitch = unit->source.pitch;
    unit->image_pitch = 0;
  }
}

/// What the part behind `end` will read: `lines` of x, then of dy.
struct filter_ahead { const float *x, *dy; long x_lines, dy_lines; };

static struct filter_ahead find_ahead(const struct filter_job *job, const struct filter_unit *unit, long rows,
                                      long end) {
  const struct esp_conv *s = job->shape;
  const struct esp_source_rows *source = &unit->source;
  struct filter_ahead ahead = {.dy = unit->dy + end * s->out_w * s->o};
  const float *dy_end = job->dy + s->n * s->out_h * s->out_w * s->o;
  ahead.dy_lines = esp_least(rows * s->out_w * s->o, dy_end - ahead.dy) / 16;
  if (source->source) {
    const long line = s->w * s->c, at = ((end - 1) * s->stride_h + job->source.extent_h - source->top) * line;
    if (at >= 0 && at < source->left) {
      ahead.x = source->image + at;
      ahead.x_lines = esp_least(rows * s->stride_h * line, source->left - at) / 16;
    }
  }
  return ahead;
}

/// Row t of the patches holds, for tap and channel t, what every window position of the band reads there; `offsets` is where the
/// windows' rows begin.
static void lay_out_patches(const struct filter_job *job, const long *offsets, const float *rows, long pitch, long count,
                            float *out, long patch_pitch) {
  const struct esp_conv *s = job->shape;
  const long width = s->out_w, step = s->stride_w * s->c;
  for (long u = 0; u < s->kernel_h; u++)
    for (long v = 0; v < s->kernel_w; v++)
      for (long c = 0; c < s->c; c++, out += patch_pitch)
        for (long i = 0; i < count; i++) {
          const float *in = rows + offsets[i] + u * s->dilation_h * pitch + v * s->dilation_w * s->c + c;
          float *to = out + i * width;
          if (step == 1) memcpy(to, in, (size_t)width * sizeof(float));
          else for (long j = 0; j < width; j++) to[j] = in[j * step];
        }
}

/// Adds the products of window rows [first, end) of a unit to a share of dw.
static void run_part(const struct filter_job *job, struct filter_unit *unit, long first, long end, long share,
                     float *dw, int accumulate) {
  const struct esp_conv *s = job->shape;
  const struct esp_kernels *kernels = job->kernels;
  const long channels = s->c / s->groups, outputs = s->o / s->groups, taps = s->kernel_h * s->kernel_w;
  const long sliver = 2 * kernels->lanes, slivers = esp_ceil_div(outputs, sliver);
  const long count = end - first, pixels = count * s->out_w;
  const float *dy = unit->dy + first * s->out_w * s->o, *rows = unit->x;
  // Scratch: offsets of the window rows, a copy of a sliver of dy, patches.
  const size_t offset_room = (size_t)(count + 1) * sizeof(long) + 64;
  const long patch_pitch = (pixels + 15) / 16 * 16 + 16;
  const size_t patch_room = job->patches ? (size_t)(patch_pitch * taps * s->c) : 0;
  char *scratch = esp_scratch_of(ESP_SCRATCH_GEMM,
                                 offset_room + ((size_t)(pixels * sliver) + patch_room) * sizeof(float));
  long *offsets = (long *)scratch;
  float *dy_copy = (float *)(scratch + (offset_room & ~(size_t)63));
  struct esp_tile tile = {.segments = offsets, .c_stride = s->o, .accumulate = accumulate};
  esp_source_reach(&unit->source, (end - 1) * s->stride_h + job->source.extent_h);
  for (long i = first; i < end; i++)
    offsets[i - first] = (unit->image_pitch ? i / s->out_h * unit->image_pitch : 0) +
                         (unit->image_pitch ? i % s->out_h : i) * s->stride_h * unit->pitch;
  if (job->patches) {
    lay_out_patches(job, offsets, rows, unit->pitch, count, dy_copy + pixels * sliver, patch_pitch);
    rows = dy_copy + pixels * sliver;
    offsets[0] = 0;
    tile.segment_count = 1, tile.depth = pixels, tile.a_stride = patch_pitch;
  } else {
    tile.segment_count = count, tile.depth = s->out_w, tile.a_stride = s->stride_w * s->c;
  }
  const long pieces = s->groups * slivers * job->runs;
  const long piece_end = (share + 1) * pieces / job->shares;
  const struct filter_ahead ahead = find_ahead(job, unit, count, end);
  long copied = -1, fetched = 0;
  for (long piece = share * pieces / job->shares; piece < piece_end; piece++) {
    const long run = piece % job->runs, j = piece / job->runs % slivers * sliver, g = piece / job->runs / slivers;
    const long there = esp_least(sliver, outputs - j);
    const int even_odd = job->even_odd && there <= kernels->lanes;
    const float *b = dy + g * outputs + j;
    tile.b_stride = s->o;
    if (!even_odd &&
        ((!kernels->masked_loads && there < sliver) || (s->o > sliver && job->run >= 2 * kernels->rows))) {
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
      a += run / per_row * s->dilation_h * unit->pitch + run % per_row * s->dilation_w * s->c + g * channels;
    }
    float *c = dw + run * job->run * s->o + g * outputs + j;
    // Strips of one height, or one less; in pairs: of whole pairs.
    const long most = even_odd ? kernels->pairs_at_once : kernels->rows;
    const long units = even_odd ? esp_ceil_div(job->run, 2) : job->run, strips = esp_ceil_div(units, most);
    const long strip = esp_ceil_div(units, strips) * (even_odd ? 2 : 1);
    const int fetching = !even_odd && there > kernels->lanes && kernels->fetching[1][0];
    for (long i = 0; i < job->run; i += strip) {
      const long height = esp_least(strip, job->run - i);
      // A line in every step, while there are some to fetch.
      const long more = fetched - ahead.x_lines;
      tile.ahead = more < 0 ? ahead.x + 16 * fetched : ahead.dy + 16 * more;
      tile.ahead_step = 16;
      if (more >= ahead.dy_lines) tile.ahead = b, tile.ahead_step = 0;
      fetched += pixels;
      if (even_odd) {
        tile.odd = height % 2;
        kernels->even_odd_columns[(height + 1) / 2 - 1](&tile, a + i, b, c + i * s->o);
      } else {
        const float *p = job->patches ? a + i * patch_pitch : a + i;
        const int columns = !job->patches, fetches = fetching && tile.ahead_step;
        (fetches ? kernels->fetching[columns] : kernels->tile[columns][shape])[height - 1](&tile, p, b, c + i * s->o);
      }
    }
  }
}

static void run_unit(const struct filter_job *job, long number, long share, float *dw, int accumulate) {
  struct filter_unit unit;
  open_unit(job, number, &unit);
  const long part = esp_most(1, PART_PIXELS / job->shape->out_w);
  const long parts = job->images > 1 ? 1 : esp_ceil_div(unit.rows, part);
  for (long p = 0; p < parts; p++)
    run_part(job, &unit, p * unit.rows / parts, (p + 1) * unit.rows / parts, share, dw, accumulate || p);
}

static void run_group(void *context, int chunk) {
  const struct filter_job *job = context;
  const long group = chunk / job->shares, share = chunk % job->shares;
  float *out = job->unit_groups == 1 ? job->dw : job->partials + group * job->size;
  const long first = group * job->units / job->unit_groups, end = (group + 1) * job->units / job->unit_groups;
  for (long unit = first; unit < end; unit++)
    run_unit(job, unit, share, out, unit > first || (job->unit_groups == 1 && job->accumulate));
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
  // Small images go together, as long as there is a unit for everyone.
  job.images = depthwise || job.bands > 1 ? 1 : esp_least(PART_PIXELS / (s->out_h * s->out_w), s->n / most);
  job.images = esp_most(1, job.images);
  job.units = esp_ceil_div(s->n, job.images) * job.bands;
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
  // Rows in pairs: an odd last one has a neighbour in a copied image, where there is room behind.
  const long last = (s->o / s->groups - 1) % (2 * job.kernels->lanes) + 1;
  job.even_odd = job.kernels->even_odd_columns[0] && !job.patches && last <= job.kernels->lanes &&
                 (job.run % 2 == 0 || !esp_source_in_place(&job.source));
  const long pieces = s->groups * esp_ceil_div(s->o / s->groups, 2 * job.kernels->lanes) * job.runs;
  job.shares = job.unit_groups >= 8 || work < 4e6 ? 1 : esp_least(pieces, esp_ceil_div(8, job.unit_groups));
  if (depthwise || job.unit_groups > 1)
    job.partials = esp_scratch_of(ESP_SCRATCH_CONVOLUTION, (size_t)(job.unit_groups * job.size) * sizeof(float));
  if (depthwise) esp_parallel((int)job.unit_groups, run_depthwise_group, &job);
  else esp_parallel((int)(job.unit_groups * job.shares), run_group, &job);
  if (depthwise || job.unit_groups > 1) esp_parallel((int)esp_ceil_div(job.size, SUM_PIECE), add_partials, &job);
}
