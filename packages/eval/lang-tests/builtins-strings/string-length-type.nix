# category: builtins-strings
# checks: stringLength wants what coerces to a string
# versions: 2.3+
builtins.stringLength [ ]
