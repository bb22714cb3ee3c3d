# category: json
# checks: strings have double quotes
# versions: 2.3+
builtins.fromJSON "'a'"
