# category: indented-strings
# checks: lines of blanks alone don't count for the indentation, but keep what is beyond it
# versions: 2.3+
[ ''
    a

      
  
    b
  '' ]
