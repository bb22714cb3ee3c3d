# category: strings
# checks: a tab in a string is itself, and prints as an escape
# versions: 2.3+
"a	b"
