# category: literals
# checks: a line comment may end the file
# versions: 2.3+
1 # the end
