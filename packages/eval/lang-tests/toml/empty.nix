# category: toml
# checks: an empty text is an empty table
# versions: 2.3+
[ (builtins.fromTOML "") (builtins.fromTOML "# only a comment") (builtins.fromTOML "\n\n") ]
