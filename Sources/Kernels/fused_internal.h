#ifndef ESPALIER_FUSED_INTERNAL_H
#define ESPALIER_FUSED_INTERNAL_H

// What preparing, compiling and running a tile program share.

#include <stdbool.h>
#include <stdint.h>
#include "fused.h"
#include "fused_machine.h"
#include "lanes.h"

/// The shape of a register, as bits: joining shapes is "or". 0 is a scalar.
enum { VARIES_COLUMN = 1, VARIES_ROW = 2, VARIES_TILE = 3 };

/// Address of a register: bases[base] + offset.
typedef struct place {
  int32_t base, offset;
} place;
enum { BASE_SCRATCH = 0, BASE_CONSTANTS = 1, BASE_OPERANDS = 2 };

typedef enum action {
  DO_MAP,
  DO_LOAD,
  DO_STORE,
  DO_SPREAD,         // a scalar (or the row's value, in a single-row tile) to a whole tile
  DO_EXPAND_ROW,
  DO_EXPAND_COLUMN,
  DO_RANDOM,
  DO_INDEX,
  DO_ROW_REDUCTION,
  DO_COLUMN_SUM,
  DO_TOTAL,          // SUM_ALL, SUM_ROWS, MAX_ALL, MIN_ALL
  DO_MACHINE         // several maps at once; extra: which of the variant's runs
} action;

typedef struct step {
  uint8_t action, shape, still;
  uint8_t source_shape;  // stores and totals: the shape of what is read
  uint16_t op;
  uint32_t extra;        // operand slot, index entry, number of the total, or offset of the column sum
  esp_map map;
  place out, a, b, c;
} step;

/// A dimensioned stride triple with what follows from it.
typedef struct strides {
  int64_t s0, s1, s2;
  bool uniform;          // the offset of row r is r·s1
  bool packed;           // rows follow each other without gaps, s2 = 1
} strides;

/// Element-wise steps as machine code, and the places that it is given.
typedef struct machine_run {
  size_t offset;
  esp_machine_code code;
  place places[ESP_MACHINE_PLACES];
  int place_count;
} machine_run;

/// One translation of the instructions. A *single-row* variant works on pieces of one row: rows registers are then
/// one splat vector, column registers do not exist (they are pieces too). A *direct* variant reads and writes
/// contiguous operands where they lie, and is used for tiles of a multiple of ESP_PAD elements.
typedef struct variant {
  bool single_row, direct;
  step *steps;           // first `once` (scalars), then `column`, then `body`
  int once, column, body;
  int64_t offset, floats; // its part of the scratch memory
  machine_run *runs;
  int run_count;
  bool plain;            // the body is one run on operands alone: any rectangle can be done at once
  int *bound;            // operands addressed directly, whose base moves with the tile
  int bound_count;
} variant;

typedef struct final_result {
  uint16_t op;
  uint32_t operand;
  float scale, keep;
  int64_t stride;
  int64_t place;         // column sum: offset in a chunk's sums; total: number
} final_result;

typedef enum tiling { TILE_PIECES, TILE_ROWS, TILE_BLOCKS } tiling;

struct esp_fused {
  int64_t d0, d1, d2, rows, columns;   // after collapsing
  int64_t full_rows, full_columns;     // as described
  uint32_t flags;
  const esp_lanes *lanes;

  int instruction_count, operand_count, index_count, register_count;
  esp_instruction *instructions;
  strides *operands;
  strides *indices;                    // and three more: those of ESP_INDEX 0, 1, 2
  uint32_t *streams;
  uint8_t *shapes;                     // of the registers, in a many-row tile

  tiling tiling;
  int64_t tile_rows, tile_columns;     // the largest tile
  int64_t tile_floats, row_floats, column_floats;  // sizes of slots
  int64_t tiles, pieces;               // tiles in all; pieces of a row or column blocks
  int chunks;
  bool plain;                          // tiles are whole chunks of rows, see `variant`
  bool is_short;                       // some memory has 16 bits
  bool far;                            // operands lie beyond the second-level cache
  variant main, copying;
  esp_machine machine;
  float *constants;
  int64_t scratch;                     // floats

  int result_count, total_count;
  final_result *results;
  int64_t sums_width;                  // floats of column sums a chunk
  float *sums;                         // chunks × sums_width
  double *totals;                      // chunks × total_count
};

static inline bool esp_is_map(int op) { return op >= ESP_NEG && op <= ESP_SELECT; }
static inline int esp_operand_number(int op) {  // registers read
  if (op == ESP_LOAD || op == ESP_LOAD_BFLOAT16 || (op >= ESP_UNIFORM && op <= ESP_INDEX)) return 0;
  if (op >= ESP_ADD && op <= ESP_NE) return 2;
  if (op == ESP_FMA || op == ESP_SELECT) return 3;
  return 1;
}
static inline bool esp_is_load(int op) { return op == ESP_LOAD || op == ESP_LOAD_BFLOAT16; }
static inline bool esp_is_store(int op) { return op == ESP_STORE || op == ESP_STORE_BFLOAT16; }
static inline bool esp_is_short(int op) { return op == ESP_LOAD_BFLOAT16 || op == ESP_STORE_BFLOAT16; }
static inline bool esp_is_row_reduction(int op) { return op >= ESP_ROW_SUM && op <= ESP_ROW_ARGMAX; }
static inline bool esp_is_final(int op) { return op >= ESP_COLUMN_SUM && op <= ESP_MIN_ALL; }

/// Shape of something with these strides over the program's space.
static inline int esp_shape(const struct esp_fused *p, const strides *s, bool single_row) {
  bool rows = (p->d0 > 1 && s->s0) || (p->d1 > 1 && s->s1), columns = p->d2 > 1 && s->s2;
  if (columns) return rows || single_row || p->rows == 1 ? VARIES_TILE : VARIES_COLUMN;
  return rows ? VARIES_ROW : 0;
}
/// Shape in which a slot is stored: one value a row, or all.
static inline int esp_store_shape(const struct esp_fused *p, const strides *s) {
  return p->d2 > 1 && s->s2 == 0 ? VARIES_ROW : VARIES_TILE;
}

/// NaN wins.
static inline double esp_larger(double x, double y) { return x > y || x != x ? x : y; }
static inline double esp_lesser(double x, double y) { return x < y || x != x ? x : y; }

/// The tile that a thread works on.
typedef struct tile {
  const esp_fused *p;
  const variant *variant;
  float *const *operands;
  const uint32_t (*keys)[2];
  float **bases;
  float *sums;       // this chunk's
  double *totals;
  bool one;          // the variant is single-row
  int64_t row, rows, column, columns, most_rows;
} tile;

static inline int64_t esp_row_offset(const esp_fused *p, const strides *s, int64_t row) {
  if (s->uniform) return row * s->s1;
  return row / p->d1 * s->s0 + row % p->d1 * s->s1;
}

/// Rows from `row` on that are s1 apart: as many as asked for, or up to the next i0.
static inline int64_t esp_run_of_rows(const esp_fused *p, const strides *s, int64_t row, int64_t wanted) {
  if (s->uniform) return wanted;
  int64_t left = p->d1 - row % p->d1;
  return left < wanted ? left : wanted;
}

static inline void esp_splat(float *o, float x) {
  for (int i = 0; i < ESP_PAD; i++) o[i] = x;
}

/// What the step loads or stores of the tile.
void esp_fused_load(const tile *t, const step *s, float *o);
void esp_fused_store(const tile *t, const step *s, const float *x);

/// Writes the results of reductions.
void esp_fused_finish(const struct esp_fused *p, float *const *operands);

/// Translates the instructions; returns an error code.
int esp_fused_compile(struct esp_fused *p, variant *v);

#endif
