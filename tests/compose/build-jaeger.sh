#!/bin/sh
# Builds Jaeger from its Go module: build-jaeger.sh OUTPUT. For machines that reach no image registry.
#
# `go install` refuses a module with replace directives, so the module's own requirements, replacements and checksums
# become those of a throw-away module, in which its program is built.
set -eu
version=v1.76.0 # one commit is tagged v1.76.0 and v2.13.0; cmd/jaeger is the latter
module=github.com/jaegertracing/jaeger

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export CGO_ENABLED=0 GOFLAGS="-mod=mod -buildvcs=false"

go mod download "$module@$version"
source=$(go env GOMODCACHE)/$module@$version
sed "s#^module .*#module example.invalid/jaeger#" "$source/go.mod" > go.mod
cat "$source/go.sum" > go.sum
go mod edit -require "$module@$version"

mkdir -p "$(dirname "$1")"
go build -p 1 -trimpath -ldflags "-s -w" -o "$work/jaeger" "$module/cmd/jaeger"
mv "$work/jaeger" "$1.$$"
mv "$1.$$" "$1"
