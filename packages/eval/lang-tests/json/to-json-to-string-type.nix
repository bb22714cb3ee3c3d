# category: json
# checks: __toString must give a string
# versions: 2.3+
builtins.toJSON { __toString = self: 1; }
