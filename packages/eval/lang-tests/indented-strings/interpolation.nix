# category: indented-strings
# checks: interpolated text isn't stripped and its indentation counts as text
# versions: 2.3+
let x = "\n    x\n  "; in ''
    a
      ${x}
    ${x}b
  ''
