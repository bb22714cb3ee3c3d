# category: json
# checks: nesting to some depth
# versions: 2.3+
builtins.fromJSON "[[[[[[[[[[{\"a\":[{}]}]]]]]]]]]]"
