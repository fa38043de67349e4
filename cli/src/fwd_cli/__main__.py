"""`python -m fwd_cli` is `fwd`."""

from fwd_cli.main import main

if __name__ == "__main__":
    main()
