"""The pages of coming in and of a desk's own affairs, one file for each."""
