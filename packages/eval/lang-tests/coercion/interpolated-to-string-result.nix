# category: coercion
# checks: interpolation is stricter than toString
# versions: 2.3+
"${{ __toString = self: 1; }}"
