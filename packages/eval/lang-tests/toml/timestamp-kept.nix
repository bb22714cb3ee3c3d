# category: toml
# checks: a timestamp is a set with its text
# versions: 2.18+
# features: parse-toml-timestamps
(builtins.fromTOML "a = 1979-05-27T07:32:00Z\nb = 07:32:00").b
