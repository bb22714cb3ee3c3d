# category: strings
# checks: an escaped dollar before a brace stays text, one after a dollar too
# versions: 2.3+
let x = "v"; in [ "\${x}" "$\${x}" "\$\${x}" "\\${x}" ]
