# category: files
# checks: a file whose text is no program
# versions: 2.3+
import ./fixtures/text.txt
