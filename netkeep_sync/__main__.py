"""`python -m netkeep_sync` is the command line."""

from netkeep_sync.cli.main import main

if __name__ == "__main__":
    main()
