# category: strings
# checks: an interpolation may hold comments and line breaks
# versions: 2.3+
"${ # first
  /* "} */ "x"
}"
