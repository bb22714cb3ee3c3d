# category: strings
# checks: escapes of double-quoted strings; an unknown escape is the character itself
# versions: 2.3+
[ "\n\t\r" "\"\\" "\$" "\${x}" "\a\b\q" "$" "$$" "$${x}" "a$" "\'" ]
