# category: json
# checks: odd names in JSON
# versions: 2.3+
builtins.fromJSON ''{ "__proto__": 1, "": 2, "a b": 3, "10": 4, "9": 5 }''
