"""`python -m edi` is the `edi` command."""

from edi.cli import main

if __name__ == "__main__":
    main()
