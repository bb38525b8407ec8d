// gemm_library.c as macOS compiles it, with its calls counted.
#include <stdatomic.h>

#include <Accelerate/Accelerate.h>

atomic_long library_calls;

// A macro's own name within it is not replaced again.
#define cblas_sgemm(...) (atomic_fetch_add(&library_calls, 1), cblas_sgemm(__VA_ARGS__))
#include "gemm_library.c"
