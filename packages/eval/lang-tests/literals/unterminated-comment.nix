# category: literals
# checks: a block comment must end
# versions: 2.3+
1 /* and so on
