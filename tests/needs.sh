#!/usr/bin/env bash
# Installs the Debian packages the whole test suite needs, or names them and how to install them.
set -u
need=()
command -v chromium >/dev/null || [ -n "${PORTAL_CHROMIUM:-}" ] || need+=(chromium)
command -v soffice >/dev/null || need+=(libreoffice-writer)
command -v pdftoppm >/dev/null || need+=(poppler-utils)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need+=(postgresql)
fc-list 2>/dev/null | grep -qi liberation || need+=(fonts-liberation fontconfig)
ldconfig -p 2>/dev/null | grep -q libatomic.so.1 || need+=(libatomic1)
[ ${#need[@]} -eq 0 ] && exit 0
command="apt-get update && apt-get install --no-install-recommends ${need[*]}"
if [ "$(id -u)" = 0 ]; then run=(); elif sudo -n true 2>/dev/null; then run=(sudo -n); else
  echo "These packages are missing: ${need[*]}" >&2
  echo "Install them as root:  $command" >&2
  exit 1
fi
if ! command -v apt-get >/dev/null; then
  echo "The whole suite needs Chromium, LibreOffice Writer, poppler-utils, PostgreSQL and the Liberation fonts. On Debian:  $command" >&2
  exit 1
fi
echo "Installing: ${need[*]}"
"${run[@]}" apt-get -q update >/dev/null && "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${need[@]}" >/dev/null || {
  echo "Installing failed. Try:  $command" >&2; exit 1; }
