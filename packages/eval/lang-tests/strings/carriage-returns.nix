# category: strings
# checks: carriage returns in the source of a string become line feeds
# versions: 2.3+
builtins.map builtins.stringLength (import ./fixtures/carriage-returns.nix)
