# category: paths
# checks: paths compare by their text
# versions: 2.3+
[ (/a == /a) (/a == /b) (/a < /b) (/a/b < /a) (/a == "/a") (/a/b == /a/./b) ]
