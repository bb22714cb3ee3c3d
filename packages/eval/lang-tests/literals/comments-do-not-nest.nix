# category: literals
# checks: the first end closes a block comment
# versions: 2.3+
[ /* /* */ 1 ]
