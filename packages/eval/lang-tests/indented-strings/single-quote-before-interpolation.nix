# category: indented-strings
# checks: one quote before an interpolation is text
# versions: 2.3+
let x = "v"; in ''a'${x}'b''
