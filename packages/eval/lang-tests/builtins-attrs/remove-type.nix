# category: builtins-attrs
# checks: removeAttrs wants a set first
# versions: 2.3+
removeAttrs [ ] [ ]
