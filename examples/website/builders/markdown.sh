# A small Markdown: headings, paragraphs, lists, numbered lists, fenced code; inline code, bold, links.
# Reads standard input, writes standard output. A line `@name@` becomes an
# empty block of that class, for others to fill.

inline_markup() {
  tool sed -E \
    -e 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g' \
    -e 's/`([^`]+)`/<code>\1<\/code>/g' \
    -e 's/\*\*([^*]+)\*\*/<strong>\1<\/strong>/g' \
    -e 's/\[([^]]*)\]\(([^)]*)\)/<a href="\2">\1<\/a>/g'
}

# Closes the block that is open, if another kind begins: open_block KIND, where "" is none.
block=
open_block() {
  [ "$block" = "$1" ] && return
  [ -n "$block" ] && echo "</$block>"
  block=$1
  [ -n "$block" ] && echo "<$block>"
  return 0
}

slug_of() {
  echo "$1" | tool sed -E 's/<[^>]*>//g; s/&[a-z]+;//g; s/[^A-Za-z0-9]+/-/g; s/^-|-$//g' | tool tr A-Z a-z
}

heading() {
  open_block ""
  echo "<$1 id=\"$(slug_of "$2")\">$2</$1>"
}

render_markdown() {
  inline_markup | {
    while IFS= read -r line; do
      if [ "$block" = pre ]; then
        case $line in
          '```'*) open_block "" ;;
          *) echo "$line" ;;
        esac
        continue
      fi
      case $line in
        '```'*) open_block pre ;;
        '# '*) heading h1 "${line#'# '}" ;;
        '## '*) heading h2 "${line#'## '}" ;;
        '- '*) open_block ul; echo "<li>${line#- }</li>" ;;
        [0-9]'. '*) open_block ol; echo "<li>${line#*. }</li>" ;;
        '@'*'@') open_block ""; name=${line#@}; echo "<div class=\"${name%@}\"></div>" ;;
        '') open_block "" ;;
        *) open_block p; echo "$line" ;;
      esac
    done
    open_block ""
  }
}

# Prints one JavaScript object a section: index_sections PAGE.
index_sections() {
  tool sed -E \
    -e '/^```/,/^```/d; /^@.*@$/d' \
    -e 's/\[([^]]*)\]\([^)]*\)/\1/g; s/[`*]//g; s/^(- |[0-9]\. )//' \
    -e 's/\\/\\\\/g; s/"/\\"/g' |
    {
      title= text=
      while IFS= read -r line; do
        case $line in
          '# '* | '## '*)
            [ -n "$title" ] && print_section "$1"
            title=${line#*# } text=
            ;;
          '') ;;
          *) text="$text${text:+ }$line" ;;
        esac
      done
      print_section "$1"
    }
}

print_section() {
  echo "  { page: \"$1\", anchor: \"$(slug_of "$title")\", title: \"$title\", text: \"$text\" },"
}
