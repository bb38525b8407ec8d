#ifndef ESPALIER_FUSED_H
#define ESPALIER_FUSED_H

#include <stdint.h>

/// # Tile programs
///
/// A tile program computes a chain of element-wise operations with broadcasts, row reductions, and column or full
/// reductions in one pass over memory. It runs over a space of three dimensions (d0, d1, d2), d2 innermost:
/// **rows** are the d0·d1 pairs (row number r = i0·d1 + i1), **columns** are the d2 positions. The space is cut into
/// tiles that fit the first-level cache; one vector loop runs per instruction and tile.
///
/// ## Life of a program
///     esp_fused_description d = { … };
///     esp_fused *program = NULL;
///     int error = esp_fused_prepare(&d, &program);     // validates, plans, allocates once
///     esp_fused_run(program, operands, &info);         // as often as wanted, allocates nothing
///     esp_fused_free(program);
/// The description is copied: nothing of it is kept after `esp_fused_prepare`.
///
/// ## Operands
/// Memory enters and leaves through numbered slots. A slot has a stride per dimension in elements (0 = broadcast); its
/// base pointer, the address of element (0,0,0), is bound at run time as `operands[slot]`. Any strides are right; fast
/// are: contiguous (d1·d2, d2, 1), per column (0,0,1), per row (d1,1,0), scalar (0,0,0), and any rows with s2 = 1.
/// - **In place**: load and store the *same slot*; loads see the values from before the run. Every load of a slot must
///   come before its store in the list (else ESP_FUSED_ORDER).
/// - Different slots must not overlap in memory if one of them is written.
/// - No alignment beyond that of `float` is needed. Nothing outside the addressed elements is read or written.
///
/// ## Registers and their shapes
/// Registers are numbers below `register_count`, each defined by exactly one instruction before its uses (SSA). The
/// shape of a register follows from its operands, and work is done at that shape only:
///   scalar (same everywhere) · column (varies with i2) · row (varies with i0,i1: per-row loads, row reductions) · tile.
/// Mixing shapes broadcasts: row with column gives tile, and so on. Scalar and column work is done once a task.
///
/// Instead of a register, `a`, `b` or `c` may be ESP_IMMEDIATE or ESP_IMMEDIATE_2: the instruction's `immediate` or
/// `immediate_2` is read. So x·2+1 is {ESP_FMA, out, x, ESP_IMMEDIATE, ESP_IMMEDIATE_2, 2, 1}, and 1-x is
/// {ESP_SUB, out, ESP_IMMEDIATE, x, 0, 1}. Fields that an operation does not use are ignored.
///
/// ## Determinism
/// Results are the same bits for any number of threads, and an element's value does not depend on where in a tile it
/// falls. Different instruction sets (AVX-512, AVX2, baseline), and builds with and without optimization, may differ in
/// the last bits (fused multiply-add, order of reductions), except for the random numbers, which are the same everywhere.

/// Operation codes. "x" is `a`, "y" is `b`, "z" is `c`.
typedef enum esp_op {
  /// out = operand[extra] at the element.
  ESP_LOAD = 0,
  /// operand[extra] = x. The slot's strides must be non-zero along every dimension longer than 1, except that a scalar
  /// or row register may be stored with s2 = 0: one value a row (and then d2 ≤ ESP_FUSED_MAX_ROW). A slot is stored at
  /// most once.
  ESP_STORE,

  // Unary: out = f(x). Accuracy is stated in vector_math.h.
  ESP_NEG,
  ESP_ABS,
  ESP_SIGN,        ///< -1, 0, 1; NaN stays NaN
  ESP_EXP,
  ESP_EXPM1,
  ESP_LOG,
  ESP_LOG1P,
  ESP_SQRT,
  ESP_RSQRT,       ///< 1/sqrt(x), rounded twice
  ESP_RECIPROCAL,
  ESP_TANH,
  ESP_SIGMOID,
  ESP_ERF,
  ESP_SIN,
  ESP_COS,
  ESP_FLOOR,
  ESP_RELU,        ///< max(x, 0), NaN stays NaN
  ESP_SQUARE,
  ESP_IS_FINITE,   ///< 1 or 0
  ESP_BFLOAT16,    ///< rounded to the nearest bfloat16, as in precision.h

  // Binary: out = f(x, y).
  ESP_ADD,
  ESP_SUB,
  ESP_MUL,
  ESP_DIV,
  ESP_MAX,         ///< NaN if either is NaN
  ESP_MIN,         ///< NaN if either is NaN
  ESP_POW,
  ESP_GT,          ///< comparisons give 1 or 0; with NaN all but NE give 0
  ESP_GE,
  ESP_LT,
  ESP_LE,
  ESP_EQ,
  ESP_NE,

  // Ternary.
  ESP_FMA,         ///< x·y + z (one rounding where the machine has it)
  ESP_SELECT,      ///< z ? x : y, that is c ≠ 0 ? a : b (NaN counts as ≠ 0)

  // Sources.
  ESP_UNIFORM,     ///< random in [0, 1), multiples of 2^-24; extra = entry of `indices`
  ESP_NORMAL,      ///< random normal, mean 0, variance 1; extra = entry of `indices`
  ESP_INDEX,       ///< extra = 0, 1, 2: the value of i0, i1 or i2 (exact below 2^24)

  // Row reductions over d2: out is a row register. Refused (ESP_FUSED_TOO_WIDE) if d2 > ESP_FUSED_MAX_ROW.
  // x is broadcast to the whole row first: the row sum of a row register is d2 times it.
  ESP_ROW_SUM,
  ESP_ROW_MAX,     ///< NaN if there is one
  ESP_ROW_MIN,
  ESP_ROW_ARGMAX,  ///< first position of the greatest (of the first NaN, if any) as float

  // Column and full reductions: no register; the result is written to operand[extra] when all rows are done.
  // For the sums: operand = immediate·total + immediate_2·(old value); old is not read when immediate_2 is 0.
  // Set immediate = 1 for a plain sum. The slot may be used by no other instruction.
  ESP_COLUMN_SUM,  ///< over all rows; operand of d2 elements, stride s2
  ESP_SUM_ALL,     ///< over all elements of the space (x is broadcast to the space); one element
  ESP_SUM_ROWS,    ///< over all rows, each once; x must be a row or scalar register; one element
  ESP_MAX_ALL,     ///< over all elements; NaN if there is one; immediates ignored
  ESP_MIN_ALL,

  // Memory of 16 bits: the slot's pointer is that of bfloat16 numbers, and strides count these. The same rules as for
  // ESP_LOAD and ESP_STORE, and no slot is used in both ways.
  ESP_LOAD_BFLOAT16,
  ESP_STORE_BFLOAT16,  ///< rounds x
  ESP_OP_COUNT
} esp_op;

/// In the place of a register: the instruction's `immediate` or `immediate_2`.
#define ESP_IMMEDIATE 0xFFFF
#define ESP_IMMEDIATE_2 0xFFFE
#define ESP_FUSED_MAX_ROW 16384
#define ESP_FUSED_MAX_OPERANDS 128
#define ESP_FUSED_MAX_INSTRUCTIONS 1024

typedef struct esp_instruction {
  uint16_t op;                 ///< an esp_op
  uint16_t out;                ///< register defined (ignored by stores and by column and full reductions)
  uint16_t a, b, c;            ///< registers read, or ESP_IMMEDIATE, ESP_IMMEDIATE_2
  float immediate, immediate_2;
  uint32_t extra;              ///< operand slot, entry of `indices`, or dimension: see the operation
} esp_instruction;

/// Strides in elements of a slot; 0 = broadcast along that dimension.
typedef struct esp_operand {
  int64_t s0, s1, s2;
} esp_operand;

/// What a random number depends on besides the run's seed and step: a stream (one per use, so that two layers differ)
/// and the logical index i0·r0 + i1·r1 + i2·r2 (all ≥ 0). A zero stride repeats the number along that dimension.
typedef struct esp_random_index {
  int64_t r0, r1, r2;
  uint32_t stream;
} esp_random_index;

/// The program may be given to `esp_fused_run_block`.
#define ESP_FUSED_BLOCKS 1u
/// Each element-wise instruction is a loop of its own, none is made machine code. Results have the same bits.
#define ESP_FUSED_STEP_BY_STEP 2u

typedef struct esp_fused_description {
  int64_t d0, d1, d2;
  const esp_instruction *instructions;
  const esp_operand *operands;
  const esp_random_index *indices;  ///< at most ESP_FUSED_MAX_OPERANDS
  int32_t instruction_count, operand_count, index_count;
  int32_t register_count;
  uint32_t flags;              ///< 0, or ESP_FUSED_BLOCKS and ESP_FUSED_STEP_BY_STEP
} esp_fused_description;

/// What changes from run to run beside the operands. May be NULL for a program without random numbers.
typedef struct esp_run_info {
  uint64_t seed, step;
} esp_run_info;

enum {
  ESP_FUSED_OK = 0,
  ESP_FUSED_BAD_OP = -1,       ///< unknown operation
  ESP_FUSED_BAD_REGISTER = -2, ///< out of range, read before its definition, or defined twice
  ESP_FUSED_BAD_OPERAND = -3,  ///< slot out of range, stored twice, used with 16 and with 32 bits, or shared with a reduction's result
  ESP_FUSED_BAD_INDEX = -4,    ///< entry of `indices` or dimension out of range, or a negative stride in it
  ESP_FUSED_BAD_SHAPE = -5,    ///< negative dimension, a store into broadcast strides, SUM_ROWS of a tile
  ESP_FUSED_ORDER = -6,        ///< a slot is loaded after it was stored
  ESP_FUSED_TOO_WIDE = -7,     ///< row reduction over more than ESP_FUSED_MAX_ROW columns
  ESP_FUSED_TOO_LARGE = -8,    ///< more instructions or operands than the limits
  ESP_FUSED_NO_MEMORY = -9,
  ESP_FUSED_NOT_BLOCKS = -10   ///< ESP_FUSED_BLOCKS with row, column or full reductions; or run_block without the flag
};

/// One line of English for an error code.
const char *esp_fused_error(int code);

/// A prepared program (opaque).
typedef struct esp_fused esp_fused;

/// Validates and plans a program. Returns ESP_FUSED_OK and stores the program, or an error and stores NULL.
int esp_fused_prepare(const esp_fused_description *description, esp_fused **program);

/// Runs a program over its whole space, on the pool if it is long enough. `operands` has `operand_count` pointers.
/// A program must not be run by two threads at the same time (it owns the partial results of its reductions).
void esp_fused_run(esp_fused *program, float *const *operands, const esp_run_info *info);

/// Runs a program prepared with ESP_FUSED_BLOCKS over rows row0..<row1 (r = i0·d1 + i1) and columns col0..<col1 on the
/// calling thread: the epilogue of a matrix multiply on a finished block. The operand pointers are those of the whole
/// space, not of the block. Different threads may run different blocks of one program at the same time.
int esp_fused_run_block(
  esp_fused *program, float *const *operands, const esp_run_info *info, int64_t row0, int64_t row1, int64_t col0,
  int64_t col1);

void esp_fused_free(esp_fused *program);

/// Number of pieces of work that a run hands to the pool (1 = the calling thread alone).
int esp_fused_chunks(const esp_fused *program);

/// Scratch memory a thread needs for the program, in bytes (kept per thread, shared by all programs).
int64_t esp_fused_scratch(const esp_fused *program);

#endif
