# category: literals
# checks: the scheme begins with a letter and may hold digits
# versions: 2.3+
[ a1:b (builtins.typeOf a1:b) ]
