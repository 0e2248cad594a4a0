#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Compiles small Windows programs with the flags that pkg-config tells, by each compiler there is,
# and runs those that need no authority.
# usage: programs.sh SOURCE_ROOT BUILD_ROOT [SANITIZERS]
set -euo pipefail
source=$1
build=$2
sanitizers=${3:-none}
programs=$source/tests/win32/programs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# The flags of the .pc file, with the tree in place of what is installed.
flags() {
    PKG_CONFIG_PATH=$build/src/win32 pkg-config "$@" openlogon-win32 \
        --define-variable=includedir="$work/include" --define-variable=libdir="$build/src/win32"
}
ln -s "$source/include" "$work/include"
compile_line=$(flags --cflags)
read -ra compile <<<"$compile_line"
library=("-L$build/src/win32" -lopenlogon-win32)
strict=(-Wall -Wextra -Wno-format -Werror)
if [ "$sanitizers" != none ]; then
    library+=("-fsanitize=$sanitizers")
fi

complain() {
    echo "FAILED: $*" >&2
    failed=1
}

# Every header, also by its other spellings; C++ must read them too.
for header in "$source"/include/openlogon/win32/*.h; do
    echo "#include <${header##*/}>"
done >"$work/headers.c"
cp "$work/headers.c" "$work/headers.cpp"

# check TEXT EXPECTED WHAT
check() {
    [ "$1" = "$2" ] || complain "$3: printed: $1"
}

build_one() {
    local compiler=$1 program=$2
    shift 2
    rm -f "$work/program"
    "$compiler" -O2 "${strict[@]}" "${compile[@]}" "$@" "$programs/$program" -o "$work/program" \
        "${library[@]}" || complain "$compiler $program $*"
}

expected_generic='Ünï€😀 4 42 coun
0000BEEF 0000000000000000
  1.5|'
expected_wide='1 6 Ünï€😀
2 2 �x
wide-narrow! € 16
-narrow!
Ä 1'
expected_plus='Ünï€😀! 7 narrow
1099511627776'

for compiler in gcc clang; do
    command -v "$compiler" >/dev/null || continue
    "$compiler" "${strict[@]}" "${compile[@]}" -c "$programs/listing.c" -o "$work/listing.o" ||
        complain "$compiler listing.c"
    "$compiler" "${strict[@]}" "${compile[@]}" -c "$work/headers.c" -o "$work/headers.o" ||
        complain "$compiler headers.c"
    for unicode in "" "-DUNICODE -D_UNICODE"; do
        for checks in -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2; do
            # shellcheck disable=SC2086
            build_one "$compiler" generic.c $unicode -U_FORTIFY_SOURCE $checks
            check "$("$work/program" 'Ünï€😀')" "$expected_generic" "$compiler generic.c $unicode"
        done
    done
    build_one "$compiler" wide_main.c
    check "$("$work/program" 'Ünï€😀' $'\xffx')" "$expected_wide" "$compiler wide_main.c"
    build_one "$compiler" wide_main.c -std=c99
    if "$compiler" "${compile[@]}" -c "$programs/scan.c" -o "$work/scan.o" 2>/dev/null; then
        complain "$compiler scan.c: compiled"
    fi
    if "$compiler" -I"$source/include/openlogon/win32" -c "$programs/wide_main.c" -o "$work/w.o" \
        2>/dev/null; then
        complain "$compiler without -fshort-wchar: compiled"
    fi
done

for compiler in g++ clang++; do
    command -v "$compiler" >/dev/null || continue
    "$compiler" "${strict[@]}" "${compile[@]}" -c "$work/headers.cpp" -o "$work/headers.o" ||
        complain "$compiler headers.cpp"
    for standard in c++11 c++20; do
        build_one "$compiler" plus.cpp -std="$standard"
        check "$("$work/program" 'Ünï€😀')" "$expected_plus" "$compiler plus.cpp $standard"
    done
done

# Only where the client library was built before this.
if [ -e "$build/src/client/libopenlogon.so" ] && [ "$sanitizers" = none ]; then
    gcc "${compile[@]}" "$programs/listing.c" -o "$work/listing" "${library[@]}" \
        -L"$build/src/client" -lopenlogon || complain "linking listing.c"
fi
exit "$failed"
