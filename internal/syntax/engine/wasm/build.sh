#!/bin/bash
# Builds one WebAssembly module per language: tree-sitter core, grammar, shim.c
# and libc.c, from the modules pinned in go.mod and go.sum. The same tools give
# the same bytes. Debian 12: clang lld wasi-libc libclang-rt-14-dev-wasm32
#
#   build.sh [LANGUAGE...]           write ../blobs and SHA256SUMS (default: all)
#   build.sh --verify [LANGUAGE...]  build, compare with ../blobs, change nothing
set -euo pipefail
cd "$(dirname "$0")"
export LC_ALL=C

all="bash c_sharp go hcl html java javascript json kotlin php powershell python r ruby rust scala tsx typescript yaml"
verify=
if [ "${1:-}" = --verify ]; then verify=1; shift; fi
blobs=$PWD/../blobs
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

module() { # language: its module and the folder of its parser
  local ts=github.com/tree-sitter/tree-sitter
  case $1 in
    typescript | tsx) echo "$ts-typescript $1/src" ;;
    php) echo "$ts-php php/src" ;;
    c_sharp) echo "$ts-c-sharp src" ;;
    hcl | kotlin | yaml) echo "github.com/tree-sitter-grammars/tree-sitter-$1 src" ;;
    powershell) echo "github.com/airbus-cert/tree-sitter-powershell src" ;;
    r) echo "github.com/r-lib/tree-sitter-r src" ;;
    *) echo "$ts-$1 src" ;;
  esac
}

# Assertions stay on (no NDEBUG): a scanner that overruns its buffer must trap,
# and --stack-first makes a stack that overflows trap too.
flags=(--target=wasm32-wasi --sysroot=/usr -isystem /usr/include/wasm32-wasi
  -L/usr/lib/wasm32-wasi -std=c11 -mbulk-memory -w)
# Core and scanner call shim.c at every basic block, which stops them at a limit.
counted=-fsanitize-coverage=trace-pc
compile() { clang "${flags[@]}" "-ffile-prefix-map=$PWD=." "$@"; }

go mod download
core=$(go list -m -f '{{.Dir}}' github.com/tree-sitter/go-tree-sitter)
compile -O2 $counted -D__EMSCRIPTEN__ -D_DEFAULT_SOURCE "-ffile-prefix-map=$core=core" \
  -I"$core/include" -I"$core/src" -c "$core/src/lib.c" -o "$tmp/core.o"
compile -O2 -c libc.c -o "$tmp/libc.o"

build() { # language: writes $tmp/language.wasm
  local dir src objects mod sub
  read -r mod sub < <(module "$1")
  dir=$(go list -m -f '{{.Dir}}' "$mod")
  src=$dir/$sub
  objects=("$tmp/core.o" "$tmp/libc.o" "$tmp/parser.o" "$tmp/shim.o")
  # -O2 does not come to an end on the tables of some grammars.
  compile -O1 "-ffile-prefix-map=$dir=$1" -I"$src" -c "$src/parser.c" -o "$tmp/parser.o"
  if [ -f "$src/scanner.c" ]; then
    compile -O2 $counted,no-prune "-ffile-prefix-map=$dir=$1" -I"$src" -c "$src/scanner.c" -o "$tmp/scanner.o"
    objects+=("$tmp/scanner.o")
  fi
  compile -O2 -I"$core/include" -DLANGUAGE="tree_sitter_$1" -c shim.c -o "$tmp/shim.o"
  # -O0 keeps clang from running a wasm-opt that does not know bulk memory.
  compile -O0 -mexec-model=reactor -Wl,--strip-all -Wl,--gc-sections -Wl,--stack-first \
    -Wl,-z,stack-size=1048576 -o "$tmp/$1.wasm" "${objects[@]}"
}

for l in ${@:-$all}; do
  build "$l"
  if [ -n "$verify" ]; then
    gunzip -c "$blobs/$l.wasm.gz" | cmp - "$tmp/$l.wasm"
    (cd "$blobs" && grep " $l.wasm.gz\$" ../wasm/SHA256SUMS | sha256sum --quiet -c -)
    echo "$l: as committed"
  else
    gzip -9nc "$tmp/$l.wasm" >"$blobs/$l.wasm.gz"
    echo "$l: $(stat -c %s "$blobs/$l.wasm.gz") bytes"
  fi
done
if [ -z "$verify" ]; then (cd "$blobs" && sha256sum -- *.wasm.gz) >SHA256SUMS; fi
