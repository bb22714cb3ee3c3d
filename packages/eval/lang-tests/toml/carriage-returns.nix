# category: toml
# checks: lines may end with carriage returns, which strings keep
# versions: 2.8+
builtins.fromTOML "a = 1\r\nb = '''x\r\ny'''\r\n"
