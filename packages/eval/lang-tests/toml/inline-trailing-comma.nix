# category: toml
# checks: an inline table has no comma at its end
# versions: 2.3+
builtins.fromTOML "a = { b = 1, }"
