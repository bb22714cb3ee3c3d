# category: builtins
# checks: toFile's path depends on name and text
# versions: 2.3+
# flags: store
[ "${builtins.toFile "foo" "bar"}" (builtins.toFile "foo" "baz") ]
