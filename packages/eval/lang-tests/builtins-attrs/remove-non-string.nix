# category: builtins-attrs
# checks: names to remove are strings
# versions: 2.3+
removeAttrs { a = 1; } [ 1 ]
