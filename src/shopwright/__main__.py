"""`python -m shopwright`: the command line, where no script was installed."""

from shopwright.app.cli import main

if __name__ == "__main__":
    main()
