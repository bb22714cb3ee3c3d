# category: coercion
# checks: __toString is called with the set, and may be a functor
# versions: 2.3+
"${{ __toString = { __functor = self: set: set.name; }; name = "n"; }}"
