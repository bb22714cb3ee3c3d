# category: toml
# checks: the escape \e is of later versions of TOML
# versions: 2.3+
builtins.fromTOML ''a = "\e"''
