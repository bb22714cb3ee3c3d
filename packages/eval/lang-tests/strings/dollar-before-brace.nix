# category: strings
# checks: two dollars before a brace don't interpolate, three do
# versions: 2.3+
let x = "v"; in [ "$${x}" "$$${x}" "\$${x}" "$\${x}" ]
