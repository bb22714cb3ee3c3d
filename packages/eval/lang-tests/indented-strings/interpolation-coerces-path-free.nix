# category: indented-strings
# checks: an interpolation of a list fails
# versions: 2.3+
''${[ ]}''
