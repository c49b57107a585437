#!/usr/bin/env bash
# What the tests need from the system: a browser, PostgreSQL with TLS, an object store, a PKCS#11 token, network namespaces, a
# syslog receiver with TLS, a font that has Chinese, recognition of text in images, an OCI registry, a strict reader of
# YAML, boxes for programs and what records in them. `long`: also what the long suite alone needs.
set -euo pipefail

missing=()
need() { command -v "$1" >/dev/null 2>&1 || [ -e "${3:-/nonexistent}" ] || missing+=("$2"); }
need chromium chromium
need psql postgresql-15 /usr/lib/postgresql/15/bin/postgres
need ip iproute2
need unshare util-linux
need softhsm2-util softhsm2
need mkfs.ext4 e2fsprogs /sbin/mkfs.ext4
need rsyslogd rsyslog /usr/sbin/rsyslogd
need tesseract tesseract-ocr
need docker-registry docker-registry
compgen -G '/usr/share/tesseract-ocr/*/tessdata/eng.traineddata' >/dev/null || missing+=(tesseract-ocr-eng)
compgen -G '/usr/share/tesseract-ocr/*/tessdata/chi_sim.traineddata' >/dev/null || missing+=(tesseract-ocr-chi-sim)
need pdftoppm poppler-utils
need bwrap bubblewrap
need strace strace
need prlimit util-linux
[ -e /usr/bin/python3 ] || missing+=(python3)
compgen -G '/usr/lib/*/rsyslog/lmnsd_gtls.so' >/dev/null || missing+=(rsyslog-gnutls)
[ -e /usr/lib/python3/dist-packages/strictyaml ] || missing+=(python3-strictyaml)
[ -e /usr/lib/python3/dist-packages/swift/proxy ] || missing+=(python3-swift)
[ -e /usr/share/fonts/truetype/wqy/wqy-microhei.ttc ] || missing+=(fonts-wqy-microhei)
if [ "${1:-}" = long ]; then
  # In these the pictures of waybills are drawn.
  [ -e /usr/share/fonts/truetype/arphic/ukai.ttc ] || missing+=(fonts-arphic-ukai)
  [ -e /usr/share/fonts/truetype/arphic/uming.ttc ] || missing+=(fonts-arphic-uming)
  [ -e /usr/share/fonts/truetype/dejavu/DejaVuSansCondensed.ttf ] || missing+=(fonts-dejavu-extra)
  [ -e /usr/share/fonts/truetype/liberation/LiberationSansNarrow-Regular.ttf ] || missing+=(fonts-liberation)
fi
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ]; then
  echo "Installing for the tests: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  {
    apt-get -o DPkg::Lock::Timeout=300 update -qq
    apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  } || echo "Could not install ${missing[*]}: the tests that need them say so and are skipped."
else
  echo "These packages are missing: ${missing[*]} (names as on Debian). Install them with your package manager;"
  echo "the tests that need them say so and are skipped."
fi
exit 0
