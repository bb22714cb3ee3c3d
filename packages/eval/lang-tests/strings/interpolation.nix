# category: strings
# checks: interpolation of strings, paths below a string, nested quotes
# versions: 2.3+
let x = "a"; in [ "${x}" "${"${x}b"}" "x${x}y${x}z" "${if true then "}" else "{"}" "${"a" + "b"}" ]
