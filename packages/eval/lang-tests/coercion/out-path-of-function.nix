# category: coercion
# checks: outPath must coerce
# versions: 2.3+
"${{ outPath = x: x; }}"
