#!/usr/bin/env bash
# Shows drift: format, include arrows, lint of scripts. scripts/check.sh [-f] (-f repairs the format).
set -euo pipefail
cd "$(dirname "$0")/.."
fix=false
[ "${1:-}" = "-f" ] && fix=true

mapfile -t files < <(git ls-files -co --exclude-standard -- '*.cc' '*.h' | while read -r f; do [ -f "$f" ] && echo "$f"; done)
failed=0
if $fix; then
  clang-format-14 -i "${files[@]}"
elif ! clang-format-14 --dry-run --Werror "${files[@]}" 2>/tmp/suyuan-format.$$; then
  grep -oE '^[^:]+:[0-9]+' /tmp/suyuan-format.$$ | cut -d: -f1 | sort | uniq -c >&2
  echo "check: the files above are not formatted; scripts/check.sh -f repairs them" >&2
  failed=1
fi
rm -f /tmp/suyuan-format.$$
python3 scripts/check_includes.py || failed=1
mapfile -t scripts < <(git ls-files -co --exclude-standard -- '*.sh' .ci/run)
shellcheck -S warning -e SC2154 "${scripts[@]}" >&2 || failed=1
exit $failed
