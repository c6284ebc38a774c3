#!/usr/bin/env bash
# Installs the Debian packages the whole test suite needs, or names them and how to install them.
set -u
export LC_ALL=C.UTF-8
PATH="$PATH:/usr/sbin:/sbin"

missing() {
  command -v chromium >/dev/null || [ -n "${PORTAL_CHROMIUM:-}" ] || echo chromium
  { command -v soffice >/dev/null && { [ ! -d /usr/lib/libreoffice/program ] || [ -e /usr/lib/libreoffice/program/libswlo.so ]; }; } || echo libreoffice-writer
  { command -v pdftoppm && command -v pdfinfo; } >/dev/null || echo poppler-utils
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo postgresql
  command -v fc-list >/dev/null || echo fontconfig
  fc-list 2>/dev/null | grep -qi liberation || echo fonts-liberation
  ldconfig -p 2>/dev/null | grep -q libatomic.so.1 || echo libatomic1
}

mapfile -t need < <(missing)
[ ${#need[@]} -eq 0 ] && exit 0
command="apt-get update && apt-get install --no-install-recommends ${need[*]}"
if ! command -v apt-get >/dev/null; then
  echo "The whole suite needs Chromium, LibreOffice Writer, poppler-utils, PostgreSQL and the Liberation fonts. On Debian:  $command" >&2
  exit 1
fi
if [ "$(id -u)" = 0 ]; then run=(); elif sudo -n true 2>/dev/null; then run=(sudo -n); else
  echo "These packages are missing: ${need[*]}" >&2
  echo "Install them as root:  $command" >&2
  exit 1
fi

said=$(mktemp)
trap 'rm -f "$said"' EXIT
apt=("${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=5 -o Acquire::http::Timeout=60 -o DPkg::Lock::Timeout=300)
echo "Installing: ${need[*]}"
for pause in 5 20 60 0; do
  # Lists that are old name packages that are gone; a mirror or a lock may be out of reach for a moment; an earlier install may have been broken off.
  { "${apt[@]}" update || true
    "${run[@]}" dpkg --configure -a || true
    "${apt[@]}" --no-install-recommends -f install "${need[@]}"; } >"$said" 2>&1
  mapfile -t need < <(missing)
  [ ${#need[@]} -eq 0 ] && exit 0
  [ "$pause" = 0 ] && break
  echo "Not yet there: ${need[*]}. Trying again in $pause seconds."
  sleep "$pause"
done
tail -n 30 "$said" >&2
echo "Installing failed. Try:  $command" >&2
exit 1
