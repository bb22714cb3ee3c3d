# category: toml
# checks: an array of values of several types
# versions: 2.3+
builtins.fromTOML "a = [ 1, \"x\", 2.5, true ]"
