#!/bin/sh
# Checks the path of large matrix products through Accelerate on a system without it: gemm_library.c is compiled as on
# macOS, with headers that stand in for Apple's, and linked to a plain product or to another BLAS:
#   check.sh [LIBRARY [NAME]]     NAME: what the library calls cblas_sgemm
# On macOS it takes Accelerate itself.
set -e
here=$(cd "$(dirname "$0")" && pwd)
kernels=$here/../../Sources/Kernels
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
compile() { ${CC:-clang} -std=c11 -O2 -Wall -Wextra -I "$kernels/include" "$@"; }
for file in "$kernels"/*.c; do
  case $file in */gemm_library.c) continue ;; esac
  compile -c "$file" -o "$out/$(basename "$file").o"
done
if [ "$(uname)" = Darwin ]; then
  set -- -framework Accelerate
  apple=
else
  apple="-D__APPLE__ -I $here/include"
  name=
  [ $# -gt 0 ] && name=-DSGEMM=${2:-cblas_sgemm}
  compile $name -DACCELERATE_NEW_LAPACK -I "$here/include" -c "$here/blas.c" -o "$out/blas.o"
  set -- "$out/blas.o" ${1:+"$1" "-Wl,-rpath,$(dirname "$1")"}
fi
compile -DACCELERATE_NEW_LAPACK $apple -I "$kernels" -c "$here/calls.c" -o "$out/calls.o"
compile "$here/check.c" "$out"/*.c.o "$out/calls.o" "$@" -lm -lpthread -o "$out/check"
"$out/check"
