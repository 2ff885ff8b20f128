from cardbook.cli import main

main()
