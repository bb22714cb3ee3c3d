# category: indented-strings
# checks: a tab is one character like a blank is not: it ends the indentation
# versions: 2.3+
[ ''
	a
	b
'' ''
  	a
  b
'' ]
