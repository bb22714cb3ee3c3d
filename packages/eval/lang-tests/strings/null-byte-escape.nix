# category: strings
# checks: a backslash before a zero gives a zero, not a NUL
# versions: 2.3+
"a\0b"
