# category: json
# checks: the text is a string
# versions: 2.3+
builtins.fromJSON 1
