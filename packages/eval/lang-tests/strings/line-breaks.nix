# category: strings
# checks: a line break in a string is a line feed
# versions: 2.3+
"a
b"
