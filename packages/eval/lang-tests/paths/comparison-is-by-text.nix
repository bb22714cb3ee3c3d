# category: paths
# checks: paths compare as text, a slash is less than a letter
# versions: 2.3+
[ (/a/b < /a-b) (/a < /a/b) (/b > /a/z) (/a == /a/../a) ]
