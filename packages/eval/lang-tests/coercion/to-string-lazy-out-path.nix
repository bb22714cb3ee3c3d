# category: coercion
# checks: __toString hides an outPath that fails
# versions: 2.3+
"${{ __toString = self: "a"; outPath = throw "no"; }}"
