# category: indented-strings
# checks: two quotes escape: dollar, quote and backslash sequences
# versions: 2.3+
[ ''a''${b}'' ''a'''b'' ''a''\nb''\tc''\\d'' ''\n'' ''$'' ''$$'' ''''$'' ''a''\${b}'' ]
