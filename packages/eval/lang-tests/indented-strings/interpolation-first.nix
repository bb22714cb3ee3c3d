# category: indented-strings
# checks: an interpolation at the start of a line ends the indentation
# versions: 2.3+
let x = "v"; in [ ''
      ${x}
    a
  '' ''
    ${x}
      a
  '' ''${x}
    b'' ]
