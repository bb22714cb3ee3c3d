# category: toml
# checks: an offset stays as it is, and that of nothing is Z
# versions: 2.18+
# features: parse-toml-timestamps
map (text: (builtins.fromTOML "a = ${text}").a.value) [
  "1979-05-27 00:32:00-07:00"
  "1979-05-27T00:32:00+05:30"
  "1979-05-27T00:32:00+00:00"
  "1979-05-27"
]
