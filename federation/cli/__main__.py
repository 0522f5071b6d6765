"""`python -m federation.cli` is `verbund`."""

from federation.cli.main import main

main()
