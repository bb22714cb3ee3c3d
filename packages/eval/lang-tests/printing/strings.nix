# category: printing
# checks: strings print with escapes for quotes, backslashes, line breaks and interpolations
# versions: 2.3+
[ "a\"b" "a\\b" "a\nb" "a\tb" "a\rb" "\${x}" "$x" "$\${x}" "$" "é" ]
