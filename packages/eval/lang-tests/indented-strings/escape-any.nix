# category: indented-strings
# checks: two quotes and a backslash before any character give that character
# versions: 2.3+
[ ''x''\a'' ''x''\\'' ''x''\"'' ''x''\'y'' ]
