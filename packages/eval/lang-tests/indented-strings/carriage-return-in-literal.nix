# category: indented-strings
# checks: carriage returns in the source become line feeds
# versions: 2.3+
map builtins.stringLength (import ./fixtures/carriage-returns.nix)
