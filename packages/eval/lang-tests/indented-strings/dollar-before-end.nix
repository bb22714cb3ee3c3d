# category: indented-strings
# checks: a dollar may stand before the end
# versions: 2.3+
[ ''a$'' ''$$'' ''a''$'' ]
