#!/usr/bin/env bash
# Builds portal/static from released packages: run by maintainers after changing assets/src or a version in package.json.
set -euo pipefail
cd "$(dirname "$0")"
out=../portal/static
[ -d node_modules ] || npm ci --ignore-scripts
npx sass --load-path=node_modules --style=compressed --no-source-map --quiet-deps src/portal.scss "$out/portal.css"
node build.mjs
mkdir -p "$out/vendor"
cp node_modules/accessible-autocomplete/LICENSE.txt "$out/vendor/accessible-autocomplete.LICENSE.txt" 2>/dev/null || cp node_modules/accessible-autocomplete/LICENSE* "$out/vendor/accessible-autocomplete.LICENSE.txt"
cp node_modules/govuk-frontend/LICENSE* "$out/vendor/govuk-frontend.LICENSE.txt" 2>/dev/null || true
node manifest.mjs
