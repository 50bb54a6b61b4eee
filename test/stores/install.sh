#!/bin/bash
# Installs the triple stores the conformance suite runs against: Virtuoso 7 (Debian, Ubuntu) and Apache Jena Fuseki.
# May be run again. Fuseki goes into $LACUNA_STORES, ~/.cache/lacuna-stores unless set; Java 17 or later and Maven are needed.
set -euo pipefail
fuseki=5.2.0
folder=${LACUNA_STORES:-$HOME/.cache/lacuna-stores}
jar=$folder/jena-fuseki-server-$fuseki.jar

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
missing=()
command -v virtuoso-t >/dev/null || missing+=(virtuoso-opensource-7-bin)
command -v java >/dev/null || missing+=(openjdk-17-jre-headless)
[ -s "$jar" ] || command -v mvn >/dev/null || missing+=(maven)
if [ ${#missing[@]} -gt 0 ]; then
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
if [ ! -s "$jar" ]; then
  mkdir -p "$folder"
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
    -Dartifact="org.apache.jena:jena-fuseki-server:$fuseki" -DoutputDirectory="$folder"
fi
echo "Virtuoso: $(command -v virtuoso-t)"
echo "Fuseki:   $jar"
