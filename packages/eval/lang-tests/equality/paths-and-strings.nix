# category: equality
# checks: a path is never equal to a string
# versions: 2.3+
[ (/a == "/a") (toString /a == "/a") ]
