# category: coercion
# checks: __toString must give something that coerces
# versions: 2.3+
toString { __toString = self: 1; }
