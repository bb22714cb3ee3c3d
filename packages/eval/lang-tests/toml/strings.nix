# category: toml
# checks: the four kinds of strings and their escapes
# versions: 2.3+
builtins.fromTOML "a = \"x\\t\\\"y\\\\\"\nb = 'raw\\n'\nc = \"\"\"\nfirst\nsecond \\\n   joined\"\"\"\nd = '''\nraw\\n'''\ne = \"\\u00e9\\U0001F600\"\n"
