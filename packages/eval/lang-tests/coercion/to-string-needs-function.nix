# category: coercion
# checks: __toString must be callable
# versions: 2.3+
toString { __toString = "a"; }
