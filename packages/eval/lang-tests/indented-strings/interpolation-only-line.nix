# category: indented-strings
# checks: a line of an interpolation alone counts with its indentation
# versions: 2.3+
let x = "v"; in ''
    ${x}
      b
    ${x}''
