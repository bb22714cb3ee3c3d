# category: toml
# checks: arrays over several lines, with comments and a comma at the end
# versions: 2.3+
builtins.fromTOML "a = [\n  1, # one\n  2,\n]\nb = [ [ 1, 2 ], [ \"x\" ] ]\nc = []\n"
