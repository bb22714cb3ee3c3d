# category: strings
# checks: a backslash before a line break gives the line break
# versions: 2.3+
"a\
b"
