# category: operators
# checks: `?` after `?` asks the answer of the first, a Boolean, which has nothing
# versions: 2.3+
[ ({ a.b = 1; } ? a ? b) (!{ } ? a ? b ? c) ({ a = 1; } ? a == { } ? a ? b) ]
