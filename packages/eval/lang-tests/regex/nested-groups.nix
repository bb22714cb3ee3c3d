# category: regex
# checks: groups are numbered by where they open
# versions: 2.3+
builtins.match "((a)(b(c)))(d)?" "abc"
