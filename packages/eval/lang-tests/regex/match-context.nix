# category: regex
# checks: match drops the context of its text
# versions: 2.3+
map builtins.hasContext (builtins.match "(a)(.*)" (builtins.appendContext "abc" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }))
