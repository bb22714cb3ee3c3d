# category: strings
# checks: outPath may be computed and may be a path that is coerced in turn
# versions: 2.3+
"${{ outPath = { __toString = self: "x${self.y}"; y = "z"; }; }}"
