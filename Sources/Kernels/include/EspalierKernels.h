#ifndef ESPALIER_KERNELS_H
#define ESPALIER_KERNELS_H
#include "eigen.h"
#include "fused.h"
#include "isa.h"
#include "movement.h"
#include "random.h"
#include "threads.h"
#include "vector_math.h"
#endif
