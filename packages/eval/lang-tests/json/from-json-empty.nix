# category: json
# checks: an empty text is no JSON
# versions: 2.3+
builtins.fromJSON ""
