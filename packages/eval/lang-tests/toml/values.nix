# category: toml
# checks: every kind of TOML value
# versions: 2.3+
builtins.fromTOML ''
  title = "x"
  int = 42
  hex = 0xff
  neg = -7
  float = 1.5
  yes = true
  list = [ 1, 2, [ "a" ] ]
  inline = { a = 1, b.c = 2 }
  multi = """
  a
  b"""
  literal = 'c:\d'
  [table]
  x = 1
  [table.sub]
  y = 2
  [[array]]
  n = 1
  [[array]]
  n = 2
''
