"""The report: a page for people, a file for programs, and the data behind each figure."""
