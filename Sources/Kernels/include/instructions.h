#ifndef ESPALIER_INSTRUCTIONS_H
#define ESPALIER_INSTRUCTIONS_H

/// The instruction set the kernels run on: "avx512", "avx2", "neon" or "plain". Chosen at the first use: the best
/// the processor has, or the environment's `ESPALIER_ISA` if the processor has that.
/// Results on different sets differ in the last bits (the plain x86 path has no fused multiply-add).
const char *esp_instruction_set(void);

/// Switches the calling thread, and the regions it opens, to another set; returns 0, or -1 and changes nothing when the
/// name is unknown or the processor lacks it. NULL goes back to the choice that holds for all threads.
/// "plain" means what the target always has: SSE2 on x86-64, NEON on arm64. For tests; not inside a parallel region.
int esp_set_instruction_set(const char *name);

/// The platform's library that large matrix products of this thread go to: "accelerate" on macOS, else NULL. A set
/// that was asked for, by the environment or a call, does all products itself.
const char *esp_matrix_library(void);

#endif
