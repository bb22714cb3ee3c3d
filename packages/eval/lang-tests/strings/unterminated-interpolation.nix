# category: strings
# checks: an interpolation must end
# versions: 2.3+
"a${1"
