"""Run `visavis`, or `python -m visavis`."""

from visavis.project.commandline import main

if __name__ == "__main__":
    main()
