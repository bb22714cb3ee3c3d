# category: indented-strings
# checks: single quotes inside are text
# versions: 2.3+
[ ''it's'' ''a' 'b'' ''"x"'' ]
