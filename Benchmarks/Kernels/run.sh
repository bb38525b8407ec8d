#!/bin/sh
# Builds a kernel benchmark by hand, as SwiftPM's release does (-O2), and runs it: run.sh gemm | convolution | pooling
set -e
here=$(cd "$(dirname "$0")" && pwd)
kernels=$here/../../Sources/Kernels
name=${1:-gemm}
[ $# -gt 0 ] && shift
out=${TMPDIR:-/tmp}/espalier-bench-$name
${CC:-clang} -std=c11 -O2 -Wall -Wextra -I "$kernels/include" "$here/$name.c" "$kernels"/*.c -lm -lpthread -o "$out"
exec "$out" "$@"
