#!/bin/bash
# Installs the triple stores the conformance suite runs against: Virtuoso 7 (Debian, Ubuntu), Apache Jena Fuseki,
# Oxigraph and RDF4J. May be run again. All but Virtuoso go into $LACUNA_STORES, ~/.cache/lacuna-stores unless set, and come
# from Maven Central (Fuseki, RDF4J and Jetty to serve it) and PyPI (Oxigraph), and are held against the checksums below.
set -euo pipefail
folder=${LACUNA_STORES:-$HOME/.cache/lacuna-stores}
oxigraph=$folder/oxigraph-0.5.13
# Its wheels for x86_64 and aarch64 (glibc).
oxigraph_hashes=(
  sha256:dbb295a905adda409f18ce154b1353d07d20954ca3ea65dc546fc153c95c2c05
  sha256:a125c6c476b368172f209921e6c638d3d55a0517361378abd87347a1bda2881a
)
# SHA-256, then Maven coordinates.
archives=(
  a437520f68a763a18d96aa56fa4fde967f41b9d9a8cb8571b1e15d99624f83bd:org.apache.jena:jena-fuseki-server:5.2.0:jar
  632c12e1efa6b40f78f78da5fd77b837c24cb7ee7321d92787e64110213fbec9:org.eclipse.rdf4j:rdf4j-http-server:5.0.3:war
  f63fbee00a06f04a3f715267d5d53ba4389b5b3e9ecc6168d8b73d81243a883f:org.eclipse.jetty:jetty-runner:9.4.57.v20241219:jar
)

file_of() { local name version kind; IFS=: read -r _ _ name version kind <<<"$1"; echo "$folder/$name-$version.$kind"; }
is_sound() { echo "${1%%:*}  $(file_of "$1")" | sha256sum --check --status 2>/dev/null; }
wanted=()
for archive in "${archives[@]}"; do is_sound "$archive" || wanted+=("$archive"); done

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
missing=()
command -v virtuoso-t >/dev/null || missing+=(virtuoso-opensource-7-bin)
command -v java >/dev/null || missing+=(openjdk-17-jre-headless)
[ ${#wanted[@]} -eq 0 ] || command -v mvn >/dev/null || missing+=(maven)
[ -x "$oxigraph/bin/oxigraph" ] || python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
if [ ${#missing[@]} -gt 0 ]; then
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
mkdir -p "$folder"
for archive in "${wanted[@]}"; do
  rm -f "$(file_of "$archive")"
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
    -Dartifact="${archive#*:}" -DoutputDirectory="$folder"
  is_sound "$archive" || { echo "$(file_of "$archive") does not have the checksum that $0 asks for." >&2; exit 1; }
done
if [ ! -x "$oxigraph/bin/oxigraph" ]; then
  python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --no-deps --only-binary :all: \
    --require-hashes --target "$oxigraph" \
    --requirement <(echo "oxigraph==${oxigraph##*-} ${oxigraph_hashes[*]/#/--hash=}")
fi
echo "Virtuoso: $(command -v virtuoso-t)"
for archive in "${archives[@]}"; do echo "          $(file_of "$archive")"; done
echo "          $oxigraph/bin/oxigraph"
