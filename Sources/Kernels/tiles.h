#ifndef ESPALIER_TILES_H
#define ESPALIER_TILES_H
#include <stdint.h>

// What every instruction set offers to the matrix, convolution and pooling drivers.

enum { ESP_MOST_ROWS = 14, ESP_MOST_PAIRS = 12 };

/// How to run one output tile of `rows` x `columns` (the tile function knows both as constants):
/// c[i][j] (+)= sum over segments s and over k < depth of a[segments[s] + (i, k)] * b[s * depth + k][j].
/// A matrix product has one segment; a convolution has one a row of its window.
struct esp_tile {
  long segment_count;
  const long *segments;  // offsets into a, in floats
  long depth;            // of one segment
  long a_stride;         // by_rows: from row to row (k is contiguous); by_columns: from k to k (rows are contiguous)
  long b_stride;
  long c_stride;
  const float *bias;     // of the tile's first column, or NULL
  int accumulate;
  int relu;
  int last;              // columns of the last vector, in ragged tiles
  int odd;               // even_odd_columns: the second row of the last pair is none
  // `even_odd`, `even_odd_columns` and `fetching` bring numbers into the cache that others will read:
  const float *ahead;    // from here on
  long ahead_step;       // so many floats further with every k (with every two in `even_odd`)
};

typedef void (*esp_tile_function)(const struct esp_tile *tile, const float *a, const float *b, float *c);

enum esp_tile_shape { ESP_TILE_FULL, ESP_TILE_ONE, ESP_TILE_TWO };  // two vectors; one or two with the last ragged

struct esp_depthwise;
struct esp_pool_rows;

struct esp_kernels {
  const char *name;
  int lanes;        // floats in a vector; a tile has two vectors in a row
  int rows;         // of the highest tile
  int masked_loads; // ragged tiles read only the columns there are; else b has to be padded to whole vectors
  /// [rows of a contiguous in k, columns contiguous in rows][shape][rows - 1]
  esp_tile_function tile[2][3][ESP_MOST_ROWS];
  /// At most one vector of columns (`last` of them), k in pairs: see convolution_tiles.inc. [rows - 1], or NULL.
  esp_tile_function even_odd[ESP_MOST_ROWS];
  /// The same by_columns. [pairs of rows - 1]
  esp_tile_function even_odd_columns[ESP_MOST_PAIRS];
  int pairs_at_once;  // of the highest
  /// One to two vectors of columns, the last one of `last` columns: [by_columns][rows - 1], or NULL.
  esp_tile_function fetching[2][ESP_MOST_ROWS];
  /// One row of c, eight vectors wide and by_rows: a single sample streams through b.
  esp_tile_function wide_row;
  /// out[i] = sum over k < depth of a[i * stride + k] * x[k], i < rows.
  void (*dots)(long rows, long depth, const float *a, long stride, const float *x, float *out);
  /// Packs columns [0, columns) of b (b[k * stride + j]) into out[k][width], zeros right of `columns`; width is one
  /// or two vectors.
  void (*pack)(long depth, long columns, const float *b, long stride, float *out, long width);
  /// The same from transposed b (b[j * stride + k]).
  void (*pack_transposed)(long depth, long columns, const float *b, long stride, float *out, long width);
  void (*depthwise)(const struct esp_depthwise *job, long first, long end);
  void (*pool_rows)(const struct esp_pool_rows *job, long first, long end);
  void (*round_to_bfloat16)(const float *x, float *out, long count);
  void (*round_to_float16)(const float *x, float *out, long count);
  int pairs;        // a float of an operand stands for two bfloat16; see below
};

extern const struct esp_kernels esp_kernels_avx512, esp_kernels_avx2, esp_kernels_plain;

/// Matrix products of bfloat16: a float of A and B stands for two numbers that follow each other along k, the first
/// one in its low half. So all that moves operands about serves pairs too, and tiles alone differ. There are no
/// `dots`, nothing depthwise and no pools.
struct esp_pair_kernels {
  struct esp_kernels kernels;
  /// out[i] = pair of x[2i], x[2i + 1], for i < (count + 1) / 2; a missing last number is zero.
  void (*join)(const float *x, float *out, long count);
  /// out[j] = pair of first[j], second[j], for j < count; `second` may be NULL for zeros.
  void (*join_two)(const float *first, const float *second, float *out, long count);
  /// The same of numbers that are bfloat16 already.
  void (*join_two_short)(const uint16_t *first, const uint16_t *second, float *out, long count);
};

extern const struct esp_pair_kernels esp_kernels_avx512_bf16;

/// Those for the set in use, or NULL where the processor has no such instructions.
const struct esp_pair_kernels *esp_pair_kernels(void);

/// The set in use.
const struct esp_kernels *esp_kernels(void);

/// Whether nobody has asked this thread for a set, neither by a call nor by the environment.
int esp_kernels_are_by_default(void);

/// Sets what `esp_kernels` answers on this thread (NULL: what is chosen for all); returns what it was.
const struct esp_kernels *esp_use_kernels(const struct esp_kernels *kernels);

#endif
