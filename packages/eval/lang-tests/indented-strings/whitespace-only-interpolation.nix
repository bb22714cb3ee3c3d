# category: indented-strings
# checks: spaces around an interpolation on the only line
# versions: 2.3+
let x = "v"; in [ ''  ${x}  '' ''
  ${x}  
'' ]
