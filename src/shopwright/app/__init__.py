"""The program: wiring of the contexts, HTTP application, worker, command line, demo."""
