# category: builtins-lists
# checks: head wants a list
# versions: 2.3+
builtins.head "abc"
