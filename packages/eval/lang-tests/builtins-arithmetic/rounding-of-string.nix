# category: builtins-arithmetic
# checks: only numbers are rounded
# versions: 2.3+
builtins.floor "1.5"
