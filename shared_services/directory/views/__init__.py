"""Pages of the directory: for citizens and for editors."""
