# category: strings
# checks: a set without outPath can't be coerced
# versions: 2.3+
"${{ a = 1; }}"
