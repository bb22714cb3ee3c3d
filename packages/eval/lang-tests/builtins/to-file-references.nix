# category: builtins
# checks: a text may refer to another text
# versions: 2.3+
# flags: store
builtins.toFile "b" "see ${builtins.toFile "a" "x"}"
