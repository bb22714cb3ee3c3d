# category: indented-strings
# checks: a dollar before a brace pair is text if another dollar precedes it
# versions: 2.3+
let x = "v"; in [ ''$${x}'' ''$$${x}'' ''a$${x}b'' ]
