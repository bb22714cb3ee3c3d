# category: json
# checks: every kind of JSON value
# versions: 2.3+
builtins.fromJSON ''{ "a": 1, "b": [ true, false, null ], "c": "x\n\"\u00e9\ud83d\ude00", "d": {}, "e": [], "f": 1.5, "g": -1e3, "h": {"i": [[]]} }''
