# category: json
# checks: what is no UTF-8 cannot be JSON
# versions: 2.13+
builtins.toJSON "invalid: ÿ"
