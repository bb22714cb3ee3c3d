# category: types
# checks: typeOf names the type of every kind of value
# versions: 2.3+
map builtins.typeOf [ 1 1.5 "a" /a null true [ ] { } (x: x) builtins.map (builtins.map (x: x)) ]
