# category: indented-strings
# checks: interpolations coerce as in plain strings
# versions: 2.3+
''a ${{ outPath = "o"; }} b''
