# category: builtins-strings
# checks: stringLength doesn't take numbers
# versions: 2.3+
builtins.stringLength 12
