# category: builtins-lists
# checks: elem wants a list
# versions: 2.3+
builtins.elem 1 { }
