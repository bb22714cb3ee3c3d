# category: builtins
# checks: the text of toFile's path refers to that path
# versions: 2.3+
# flags: store
builtins.attrNames (builtins.getContext (builtins.toFile "foo" "bar"))
