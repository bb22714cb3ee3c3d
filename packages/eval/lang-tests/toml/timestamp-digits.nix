# category: toml
# checks: fractions of seconds have three, six or nine digits, whatever was written
# versions: 2.18+
# features: parse-toml-timestamps
map (text: (builtins.fromTOML "a = ${text}").a.value) [
  "07:32:00.1"
  "07:32:00.12345"
  "1979-05-27T07:32:00.1234567"
  "1979-05-27t07:32:00.1234567891Z"
  "07:32:00.000"
]
