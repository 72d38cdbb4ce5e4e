"""The house itself: settings, addresses, error pages, and the command line, put together from the rooms."""
