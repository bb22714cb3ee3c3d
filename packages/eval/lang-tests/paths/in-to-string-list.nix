# category: paths
# checks: toString of a list of paths doesn't copy them
# versions: 2.3+
toString [ /a /b/c ]
