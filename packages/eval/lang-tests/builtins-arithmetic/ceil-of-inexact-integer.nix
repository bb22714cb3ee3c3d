# category: builtins-arithmetic
# checks: an integer that no float holds can't be rounded
# versions: 2.29+
builtins.ceil 9007199254740993
